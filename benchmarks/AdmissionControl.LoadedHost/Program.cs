using System.Globalization;
using AdmissionControl.LoadedHost;

// Started by the verb host-witness of AdmissionControl.Benchmarks; each role prints one line.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["calibrate"]:
        Console.WriteLine(CpuWork.MeasureUnitsPerMillisecond());
        break;
    case ["idle", string witness, string seconds]:
        Console.WriteLine(IdleCost.Measure(bool.Parse(witness), Seconds(seconds)).TotalMicroseconds);
        break;
    case ["pool", string kind, string perSecond, string seconds, string units]:
        Console.WriteLine(PoolLoad.Run(Work(kind, units), Rate(perSecond), Seconds(seconds)));
        break;
    case ["kestrel", string kind, string perSecond, string seconds, string units]:
        Console.WriteLine(await KestrelLoad.RunAsync(Work(kind, units), Rate(perSecond), Seconds(seconds)));
        break;
    case ["client", string address, string perSecond, string seconds]:
        HttpLoad.Run(new Uri(address), Rate(perSecond), Seconds(seconds));
        break;
    default:
        Console.Error.WriteLine("calibrate | idle | pool | kestrel | client");
        return 1;
}

return 0;

static Work Work(string kind, string units) => new(Enum.Parse<WorkKind>(kind), long.Parse(units, CultureInfo.InvariantCulture));

static double Rate(string perSecond) => double.Parse(perSecond, CultureInfo.InvariantCulture);

static TimeSpan Seconds(string seconds) => TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture));
