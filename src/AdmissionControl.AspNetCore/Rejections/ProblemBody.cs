using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace AdmissionControl.AspNetCore.Rejections;

/// <summary>
/// The problem documents (RFC 9457) of refusals, rendered once. Their types are those of draft-ietf-httpapi-ratelimit-headers: the client's own quota,
/// or a server that can do less than usual.
/// </summary>
internal sealed class ProblemBody
{
    private const string Types = "https://iana.org/assignments/http-problem-types#";

    public static readonly ProblemBody Quota = new(StatusCodes.Status429TooManyRequests, "quota-exceeded", "Too many requests for now.");

    private ProblemBody(int status, string type, string title)
    {
        Status = status;
        string json = $$"""{"type":"{{Types}}{{type}}","title":"{{title}}","status":{{status.ToString(CultureInfo.InvariantCulture)}}}""";
        Json = System.Text.Encoding.UTF8.GetBytes(json);
    }

    public int Status { get; }

    public ReadOnlyMemory<byte> Json { get; }

    public static ProblemBody Overload(int status) => new(status, "temporary-reduced-capacity", "The server is busy.");
}
