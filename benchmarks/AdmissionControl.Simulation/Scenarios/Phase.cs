namespace AdmissionControl.Simulation.Scenarios;

/// <summary>A stretch of a scenario with the same load and the same service.</summary>
internal sealed record Phase
{
    /// <summary>How long, seconds.</summary>
    public required double Duration { get; init; }

    /// <summary>Arrivals as a multiple of what the service can serve in its first phase.</summary>
    public double Load { get; init; }

    /// <summary>Arrivals at its end, when the load moves in a straight line; as <see cref="Load"/> when absent.</summary>
    public double? LoadAtEnd { get; init; }

    /// <summary>Arrivals a second, instead of <see cref="Load"/>.</summary>
    public double? Rate { get; init; }

    /// <summary>Cores of every station, instead of the station's own.</summary>
    public int? Cores { get; init; }

    /// <summary>Service lasts so many times as long.</summary>
    public double ServiceFactor { get; init; } = 1;

    /// <summary>Delays last so many times as long.</summary>
    public double DelayFactor { get; init; } = 1;

    /// <summary>Every request is answered with an error within a millisecond.</summary>
    public bool FailsFast { get; init; }

    /// <summary>A limiter behind the service lets so many a second pass and answers the others with a 503 within a millisecond.</summary>
    public double? DownstreamRate { get; init; }

    /// <summary>Whether it counts in the marks; a fault that nobody can serve through does not.</summary>
    public bool IsMarked { get; init; } = true;

    public void Check(string where)
    {
        Allowed.Number(where + "duration", Duration, 0.001, 10_000_000, "s");
        Allowed.Number(where + "load", Load, 0, 1000);
        Allowed.Number(where + "loadAtEnd", LoadAtEnd, 0, 1000);
        Allowed.Number(where + "rate", Rate, 0, 10_000_000, "/s");
        Allowed.Number(where + "cores", Cores, 1, 100_000);
        Allowed.Number(where + "serviceFactor", ServiceFactor, 0.001, 1000);
        Allowed.Number(where + "delayFactor", DelayFactor, 0.001, 1000);
        Allowed.Number(where + "downstreamRate", DownstreamRate, 0, 10_000_000, "/s");
        if (Rate is { } rate && (Load != 0 || LoadAtEnd is not null))
        {
            string beside = LoadAtEnd is { } end ? $"loadAtEnd {Allowed.Text(end)}" : $"load {Allowed.Text(Load)}";
            throw new FormatException($"{where}rate is {Allowed.Text(rate)}/s beside {beside}; allowed is either of the two.");
        }

        if (Rate is null && Load == 0 && LoadAtEnd is null)
        {
            throw new FormatException($"{where}load is absent or 0, so that nobody comes; allowed is a load above 0, or a rate. A quiet phase has a rate of 0.");
        }
    }
}
