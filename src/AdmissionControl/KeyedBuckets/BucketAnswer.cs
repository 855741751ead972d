namespace AdmissionControl.KeyedBuckets;

/// <summary>What <see cref="BucketSets"/> answers.</summary>
internal enum BucketAnswer
{
    Done,

    /// <summary>The key would owe more than it may.</summary>
    TooMuch,

    /// <summary>The reading is older than the entries can be compared with: read the clock again.</summary>
    StaleReading,
}
