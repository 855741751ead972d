using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AdmissionControl.TokenBuckets;

/// <summary>A number of permits a period, as people write it: <c>10/s</c>, <c>400/min</c>, <c>10000/h</c>, <c>5/day</c>, <c>30/10s</c>.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Permits">Permits in each period. Any number can be read; what is allowed is checked where the rate is used.</param>
/// <param name="Period">The period; longer than zero.</param>
public readonly record struct Rate(double Permits, TimeSpan Period)
{
    /// <summary>What <see cref="TryParse"/> takes, in words for an error message.</summary>
    internal const string Format = "a number, '/', and a period of s, min, h or day with an optional factor, such as '10/s', '400/min' or '30/10s'";

    /// <summary>Permits a second.</summary>
    public double PermitsPerSecond => Permits / Period.TotalSeconds;

    /// <summary>Reads a rate. Culture-independent; spaces around the slash are allowed.</summary>
    /// <param name="text">Such as <c>10/s</c>: a number, a slash, a period of s, min, h or day, with an optional factor before its unit.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="FormatException">The text is not a rate; the message holds it and says what is.</exception>
    public static Rate Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out Rate rate) ? rate : throw new FormatException($"'{text}' is not a rate. A rate is {Format}.");
    }

    /// <summary>Reads a rate without an exception.</summary>
    /// <param name="text">As in <see cref="Parse"/>; null is not a rate.</param>
    /// <param name="rate">The rate, or <c>default</c>.</param>
    /// <returns>Whether the text is a rate.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out Rate rate)
    {
        rate = default;
        ReadOnlySpan<char> span = text;
        int slash = span.IndexOf('/');
        if (slash < 0
            || !double.TryParse(span[..slash], NumberStyles.Float, CultureInfo.InvariantCulture, out double permits)
            || !TryParsePeriod(span[(slash + 1)..].Trim(), out TimeSpan period))
        {
            return false;
        }

        rate = new Rate(permits, period);
        return true;
    }

    /// <summary>The rate in permits a second, in the form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{PermitsPerSecond:R}/s");

    private static bool TryParsePeriod(ReadOnlySpan<char> text, out TimeSpan period)
    {
        int digits = text.IndexOfAnyExceptInRange('0', '9');
        int factor = 1;
        period = default;
        if (digits < 0 || (digits > 0 && !int.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out factor)))
        {
            return false;
        }

        TimeSpan unit = text[digits..].Trim() switch
        {
            "s" or "sec" or "second" => TimeSpan.FromSeconds(1),
            "m" or "min" or "minute" => TimeSpan.FromMinutes(1),
            "h" or "hour" => TimeSpan.FromHours(1),
            "d" or "day" => TimeSpan.FromDays(1),
            _ => TimeSpan.Zero,
        };
        if (factor > TimeSpan.MaxValue.Ticks / Math.Max(1, unit.Ticks))
        {
            return false;
        }

        period = unit * factor;
        return period > TimeSpan.Zero;
    }
}
