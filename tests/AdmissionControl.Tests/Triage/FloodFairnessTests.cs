using AdmissionControl.Triage;

namespace AdmissionControl.Tests.Triage;

/// <summary>
/// Fifty users of 10/s each and a flood of 3000/s from some attackers; 1000/s are served. Attackers that use more than a user are put behind all users. Those that use as much, or less, are not, whatever the
/// size of the sketch: that takes something else that tells them apart.
/// </summary>
public class FloodFairnessTests
{
    private const long Second = 1_000_000_000;
    private const int Users = 50;
    private const int UserRate = 10;
    private const int FloodRate = 3000;
    private const int ServedRate = 1000;
    private const int CalmSeconds = 25;
    private const int FloodSeconds = 10;
    private const int StepsPerSecond = 30;

    [Flags]
    public enum Help
    {
        None = 0,
        Tenure = 1,
        Groups = 2,
        Anonymous = 4,
    }

    [Theory]
    [InlineData(1, Help.None, true)]
    [InlineData(16, Help.None, true)]
    [InlineData(64, Help.None, true)]
    [InlineData(1, Help.Tenure, true)]
    [InlineData(64, Help.Tenure, true)]
    [InlineData(300, Help.None, false)]
    [InlineData(300, Help.Tenure, true)]
    [InlineData(300, Help.Groups, true)]
    [InlineData(300, Help.Anonymous, true)]
    [InlineData(1000, Help.None, false)]
    [InlineData(1000, Help.Tenure, true)]
    [InlineData(1000, Help.Groups, true)]
    [InlineData(1000, Help.Anonymous, true)]
    [InlineData(1000, Help.Tenure | Help.Groups | Help.Anonymous, true)]
    public void BandOf_AFlood_PutsUsersBeforeAttackers(int attackers, Help help, bool isEveryUserBefore)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            (int[] users, int[] flood) = Run(seed, attackers, help);
            Assert.Equal(isEveryUserBefore, users.Max() < flood.Min());

            // Without help it is the wrong way round: they are each lighter than a user.
            Assert.Equal(attackers == 1000 && help == Help.None, users.Min() > flood.Min());
        }
    }

    /// <summary>The bands of all, a third of a second after the last halving.</summary>
    private static (int[] Users, int[] Flood) Run(int seed, int attackers, Help help)
    {
        var usage = new ClientUsage(0, help.HasFlag(Help.Tenure), now: 0);
        bool isGrouped = help.HasFlag(Help.Groups);
        bool isAnonymous = help.HasFlag(Help.Anonymous);
        PartitionKey[] users = [.. Enumerable.Range(0, Users).Select(i => SeededKeys.Client(seed, i, isGrouped ? SeededKeys.Hash(seed, -100 - (i / 2)) : 0))];
        PartitionKey[] flood = [.. Enumerable.Range(0, attackers).Select(i => SeededKeys.Client(seed, 1000 + i, isGrouped ? SeededKeys.Hash(seed, -1 - (i % 4)) : 0))];
        double[] userCredit = [.. users.Select((_, i) => i / (double)Users)];
        double[] floodCredit = [.. flood.Select((_, i) => i / (double)attackers)];
        for (int step = 0; step < ((CalmSeconds + FloodSeconds) * StepsPerSecond) + (StepsPerSecond / 3); step++)
        {
            long now = step * Second / StepsPerSecond;
            bool isFlood = step >= CalmSeconds * StepsPerSecond;

            // It takes a fifth of a second until the flood is seen to be one.
            bool isCalm = step < (CalmSeconds * StepsPerSecond) + (StepsPerSecond / 5);
            int asked = Ask(usage, users, userCredit, UserRate, isCalm, now);
            asked += !isFlood ? 0 : Ask(usage, flood, floodCredit, FloodRate / (double)attackers, isCalm, now);
            usage.Served(Math.Min(asked, ServedRate / StepsPerSecond), now);
        }

        return ([.. users.Select(u => usage.BandOf(u, isAnonymous: false))], [.. flood.Select(f => usage.BandOf(f, isAnonymous))]);
    }

    private static int Ask(ClientUsage usage, PartitionKey[] clients, double[] credit, double rate, bool isCalm, long now)
    {
        int asked = 0;
        for (int i = 0; i < clients.Length; i++)
        {
            credit[i] += rate / StepsPerSecond;
            for (; credit[i] >= 1; credit[i]--)
            {
                usage.Charge(clients[i], 1, isCalm, now);
                asked++;
            }
        }

        return asked;
    }
}
