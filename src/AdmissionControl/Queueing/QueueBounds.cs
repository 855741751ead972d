namespace AdmissionControl.Queueing;

/// <summary>How long a request may wait, and how many may.</summary>
internal sealed record QueueBounds(TimeSpan MaxWait, int MaxLength);
