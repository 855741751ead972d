namespace AdmissionControl.AspNetCore;

/// <summary>
/// How pressed the policies of a request are: the highest of any of them. Among the features of an <see cref="Microsoft.AspNetCore.Http.HttpContext"/> only when one of them was pressed as the request came to the middleware, or
/// when it was let in after a wait.
/// </summary>
/// <remarks>Read at each call from the policies, so it is as of now. Thread-safe.</remarks>
public interface IAdmissionFeature
{
    /// <summary>The share of the requests without a free permit that is turned away, from 0 to 1. See <see cref="AdmissionController.Pressure"/>.</summary>
    double Pressure { get; }

    /// <summary>How much the application should do without, from 0 (nothing) to 3. See <see cref="AdmissionController.DegradeLevel"/>.</summary>
    int DegradeLevel { get; }
}
