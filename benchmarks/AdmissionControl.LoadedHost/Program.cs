using System.Globalization;
using AdmissionControl.Benchmarks.Overload;
using AdmissionControl.LoadedHost;
using AdmissionControl.LoadedHost.Overload;

// Started by the verbs host-witness and kestrel-overload of AdmissionControl.Benchmarks. Each role prints one line; overload goes on.
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
    case ["overload", string arm, string objectiveSeconds, string isInline, string units, string seed]:
        OverloadServer.Run(
            Enum.Parse<Arm>(arm),
            Seconds(objectiveSeconds),
            new VariedWork(
                bool.Parse(isInline),
                long.Parse(units, CultureInfo.InvariantCulture),
                int.Parse(seed, CultureInfo.InvariantCulture)));
        break;
    default:
        Console.Error.WriteLine("calibrate | idle | pool | kestrel | client | overload");
        return 1;
}

return 0;

static Work Work(string kind, string units) => new(Enum.Parse<WorkKind>(kind), long.Parse(units, CultureInfo.InvariantCulture));

static double Rate(string perSecond) => double.Parse(perSecond, CultureInfo.InvariantCulture);

static TimeSpan Seconds(string seconds) => TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture));
