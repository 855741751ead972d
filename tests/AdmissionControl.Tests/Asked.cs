namespace AdmissionControl.Tests;

/// <summary>
/// An admission that was asked for. Looks at the controller's own task, because the continuation of any other would run on the thread pool and not be there yet when the
/// fake clock has moved.
/// </summary>
internal sealed class Asked(ValueTask<AdmissionLease> admission)
{
    private AdmissionLease? _result;

    public bool IsCompleted => _result is not null || admission.IsCompleted;

    /// <summary>The answer, which must be there.</summary>
    public AdmissionLease Result
    {
        get
        {
            Assert.True(IsCompleted, "The request still waits.");
            return _result ??= admission.Result;
        }
    }
}
