using AdmissionControl.Benchmarks.Overload;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionControl.Tests.Overload;

public class OpenLoadTests
{
    private static readonly TimeSpan Objective = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly StepPlan Plan = new([0.5, 5], settling: Second, measured: Second);

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Run_AllAnswered_CountsEachWhereItBelongs()
    {
        var load = new OpenLoad(_ => Task.FromResult(Answer.Served), Plan, _clock);

        Run(load, OnTime(
            [new(0.2 * Second, 0, false), new(1.2 * Second, 0, true), new(3.1 * Second, 1, true), new(3.2 * Second, 1, true)]));

        Assert.Equal([1, 0], load.Settling.Select(l => l.Figures(Second, Objective).GoodputPerSecond));
        Assert.Equal([1, 2], load.Measured.Select(l => l.Figures(Second, Objective).GoodputPerSecond));
    }

    [Fact]
    public void Run_GeneratorHeldUp_CountsFromWhenTheRequestWasDue()
    {
        var load = new OpenLoad(AskFor40Ms, Plan, _clock);

        Run(load, [new(TimeSpan.Zero, 0, true), new(TimeSpan.Zero, 0, true)]);

        LoadFigures figures = load.Measured[0].Figures(Second, Objective);
        Assert.Equal(40, figures.LatenessP99Ms);
        Assert.Equal(80, figures.AdmittedP99Ms);
        Assert.Equal(1, figures.GoodputPerSecond);

        Task<Answer> AskFor40Ms(CancellationToken giveUp)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(40));
            return Task.FromResult(Answer.Served);
        }
    }

    [Fact]
    public void Run_NobodyAnswers_SendsNoMoreThanAThousandAndGivesUp()
    {
        int asked = 0;
        var load = new OpenLoad(NeverAnswer, Plan, _clock);

        Run(load, Many());

        Assert.Equal(1_000, asked);
        Assert.Equal(1, load.Measured[0].Figures(Second, Objective).LostShare);
        Assert.Equal(1_200, load.Measured[0].Figures(Second, Objective).OfferedPerSecond);

        Task<Answer> NeverAnswer(CancellationToken giveUp)
        {
            asked++;
            var answer = new TaskCompletionSource<Answer>();
            giveUp.Register(() => answer.SetResult(Answer.Failed));
            return answer.Task;
        }

        IEnumerable<Arrival> Many()
        {
            for (int i = 0; i < 1_200; i++)
            {
                yield return new Arrival(TimeSpan.Zero, 0, true);
            }

            _clock.Advance(Plan.Duration + TimeSpan.FromMinutes(1));
        }
    }

    // The time of each arrival has come when it is looked at.
    private IEnumerable<Arrival> OnTime(IEnumerable<Arrival> arrivals)
    {
        DateTimeOffset start = _clock.GetUtcNow();
        foreach (Arrival arrival in arrivals)
        {
            _clock.SetUtcNow(start + arrival.At);
            yield return arrival;
        }
    }

    private static void Run(OpenLoad load, IEnumerable<Arrival> arrivals)
    {
        var thread = new Thread(() => load.Run(arrivals)) { IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(30)), "The load does not end.");
    }
}
