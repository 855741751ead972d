using Storefront.Measuring;
using Storefront.Wire;

namespace Storefront.Crowd;

/// <summary>Counts and latencies of one class, or of all together. Not safe for concurrent use.</summary>
internal sealed class ClassLedger(string name)
{
    private readonly long[] _answers = new long[Enum.GetValues<Answer>().Length];
    private readonly Latencies _served = new();
    private readonly Latencies _servedAndGivenUp = new();
    private long _offered;
    private long _retries;

    public void Offer(bool isRetry)
    {
        _offered += isRetry ? 0 : 1;
        _retries += isRetry ? 1 : 0;
    }

    public void Answer(Answer answer, TimeSpan latency)
    {
        // An answer beyond the customer's patience is no answer.
        Answer met = answer == Crowd.Answer.Served && latency > Mix.Patience ? Crowd.Answer.GaveUp : answer;
        _answers[(int)met]++;
        if (met == Crowd.Answer.Served)
        {
            _served.Record(latency);
            _servedAndGivenUp.Record(latency);
        }
        else if (met == Crowd.Answer.GaveUp)
        {
            _servedAndGivenUp.Record(Mix.Patience);
        }
    }

    public ClassFigures Figures() => new(
        name,
        _offered,
        _retries,
        Count(Crowd.Answer.Served),
        Count(Crowd.Answer.Refused),
        Count(Crowd.Answer.RefusedByBalancer),
        Count(Crowd.Answer.GaveUp),
        Count(Crowd.Answer.Failed),
        _served.PercentileMs(50),
        _served.PercentileMs(99),
        _servedAndGivenUp.PercentileMs(99));

    public void Reset()
    {
        (_offered, _retries) = (0, 0);
        Array.Clear(_answers);
        _served.Reset();
        _servedAndGivenUp.Reset();
    }

    private long Count(Answer answer) => _answers[(int)answer];
}
