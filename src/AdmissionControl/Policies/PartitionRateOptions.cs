namespace AdmissionControl.Policies;

/// <summary>A token bucket for each partition, all in one table of fixed size.</summary>
public sealed class PartitionRateOptions
{
    /// <summary>Permits a period for each partition, such as <c>20/s</c>: from 1/day to 1000000/s. Required. Can be reloaded.</summary>
    public string? Limit { get; set; }

    /// <summary>Permits that a partition may take at once after a pause: from 1 to 1000000; default 1. Can be reloaded.</summary>
    public int Burst { get; set; } = 1;

    /// <summary>
    /// Memory for the table: a number of bytes with an optional <c>KB</c>, <c>MB</c> or <c>GB</c> (powers of 1024), from 1KB to 1GB, cut to a power of two. 8 bytes a
    /// partition that is below its full burst. Default <c>1MB</c>: 131072 partitions at a time. A change needs a restart.
    /// </summary>
    public string Memory { get; set; } = "1MB";
}
