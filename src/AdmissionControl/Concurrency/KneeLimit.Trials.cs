namespace AdmissionControl.Concurrency;

// The trials: when one can be made, its steps, and what is made of it.
public sealed partial record KneeLimit
{
    private bool TryTrial(
        in KneeReadings readings, double allowance, bool isDoubtful, bool isUrgent, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out KneeLimit? trying)
    {
        double high = Belief.IsBound ? Limit : Math.Min(Limit, Math.Max(readings.Population, readings.InFlight));
        double low = isUrgent
            ? Math.Min(high / 2, _objective > 0 ? allowance : Math.Max(allowance, high / 4))
            : Math.Max(Math.Min(Belief.Knee, high) / 2, isDoubtful ? high / 2 : high / 3);

        // Below the least limit the gate would never get there, and the trial never end.
        low = Math.Max(_range.Min, Math.Floor(low));
        bool hasRoom = low < Math.Floor(high) * 0.9;
        trying = hasRoom ? Begin(high, low, isUrgent) : isDoubtful && Belief.IsBound && Limit < _range.Min + 1 ? Trust(readings) : null;
        return trying is not null;
    }

    /// <summary>At the least limit no trial can tell whose the latency is. Taken for the service's own, it lets the limit rise, and so be tried.</summary>
    private KneeLimit? Trust(in KneeReadings readings)
    {
        double bare = Math.Min(_range.Min / Math.Max(readings.Rate, 1e-9), LongestObjective.TotalSeconds);
        return readings.Rate == 0 || bare < Belief.BareLatency ? null : this with
        {
            Belief = Belief with { BareLatency = bare, IsProven = true, ProvenRate = Belief.Rate, LongRate = default, Strain = default },
            SinceTrial = 0,
            NextTrial = SoonAgain * readings.Seconds,
            NextDoubt = SoonAgain * readings.Seconds,
            NextWindow = SteadyWindow(KneeBelief.FewestEnds),
        };
    }

    private KneeLimit Begin(double high, double low, bool isUrgent)
    {
        KneeTrial trial = new(isUrgent ? KneeTrialStep.Drain : KneeTrialStep.Refer, high, low) { IsUrgent = isUrgent };
        return this with
        {
            Trial = trial,
            Floor = Math.Min(Floor, low),
            Limit = isUrgent ? _range.Clamp(low) : Limit,
            NextWindow = isUrgent ? RunOff(high - low) : TrialWindow(2 * FastestInTrial, Math.Clamp(high, TrialSamples, MostTrialSamples)),
        };
    }

    private KneeLimit GoOn(KneeTrial trial, in KneeReadings readings)
    {
        switch (trial.Step)
        {
            case KneeTrialStep.Refer when !readings.IsSettled && trial.Seconds < LongestReference * readings.InFlight / Math.Max(Belief.Rate, readings.EndRate):
                return this with { Trial = trial };
            case KneeTrialStep.Refer:
                return this with
                {
                    Trial = trial with { Step = KneeTrialStep.Drain },
                    Belief = Belief with { Rate = Fresh(readings.Rate), Blocked = Math.Max(Belief.Blocked, readings.Blocked) },
                    Limit = _range.Clamp(trial.Low),
                    NextWindow = RunOff(trial.High - trial.Low),
                };
            case KneeTrialStep.Drain:
                trial = trial.Drain(readings);
                if (readings.InFlight > trial.Low + 1)
                {
                    return trial.Ended < LongestDrain * trial.High
                        ? this with { Trial = trial, NextWindow = RunOff(readings.InFlight - trial.Low) }
                        : GiveUp(trial);
                }

                return this with
                {
                    Trial = trial with { Step = KneeTrialStep.Settle },
                    Belief = trial is { IsUrgent: true, Drained: > 20 } ? Belief with { Rate = Fresh(trial.Drained / trial.DrainSeconds) } : Belief,
                    NextWindow = RunOff(trial.Low),
                };
            case KneeTrialStep.Settle when !readings.IsBlocking && trial.LowSeconds < 2 * trial.High / Math.Max(Belief.Rate, readings.EndRate):
                return this with { Trial = trial };
            case KneeTrialStep.Settle:
                return this with
                {
                    Trial = trial with { Step = KneeTrialStep.Measure },

                    // At least a latency: what is admitted in bursts also ends in bursts.
                    NextWindow = TrialWindow(
                        Math.Max(2 * FastestInTrial, Math.Min(readings.Latency, ObjectiveSeconds / 2)),
                        trial.IsUrgent ? TrialSamples : Math.Clamp(2 * trial.Low, TrialSamples, MostTrialSamples)),
                };
            default:
                return Judge(trial, readings);
        }
    }

    /// <summary>Some hold their permits much longer than the rest, so that this low a limit would shut the others out: nothing is learnt.</summary>
    private KneeLimit GiveUp(in KneeTrial trial) => this with
    {
        Trial = null,
        Belief = Belief with { Windows = 0, LateFor = 0, LongRate = default, Strain = default },
        SinceTrial = 0,
        NextTrial = trial.Seconds / TrialShare,
        NextDoubt = trial.Seconds / TrialShare,
        Limit = _range.Clamp(trial.High),
        NextWindow = SteadyWindow(KneeBelief.FewestEnds),
    };

    private KneeLimit Judge(in KneeTrial trial, in KneeReadings readings)
    {
        double rate = Belief.Rate;
        double found = readings.Rate;
        KneeBelief belief = Belief with { Windows = 0, LongRate = default, Strain = default };
        if (rate > 0 && found > rate * Collapse)
        {
            // More in flight made the service slower for all: so much allowance is too much.
            belief = belief with { Slack = Math.Clamp(trial.Low / Math.Max(1, AllowanceShare * ObjectiveSeconds * found), KneeBelief.LeastSlack, belief.Slack) };
        }

        KneeLimit done = this with
        {
            Trial = null,
            SinceTrial = 0,
            NextTrial = trial.LowSeconds / TrialShare,
            NextDoubt = DoubtAgain * trial.Seconds,
            NextWindow = SteadyWindow(KneeBelief.FewestEnds),
        };
        if (readings.Blocked <= KneeBelief.Bound)
        {
            // The load has gone, or was never more than what was tried can serve. Nobody waits now, so that the bare latency is hardly longer than this one.
            double calm = Math.Min(belief.BareLatency, readings.Latency);
            double atMost = belief.IsProven ? Corrected(belief.BareLatency, calm) : calm;
            return done with { Belief = belief with { Blocked = 0, Excess = 0, BareLatency = atMost }, Limit = _range.Clamp(trial.Low) };
        }

        // Where nobody was served, fewer in flight serve as many, and nothing is learnt about the latency.
        bool isServing = found > 0;
        bool isFlat = !isServing || found > rate * FlatShare;
        double known = belief.BareLatency;
        double bare = isServing ? Math.Min(trial.Low / found, LongestObjective.TotalSeconds) : known;

        // So slow that no answer could be in time: a second trial has to say so, too, before it is believed.
        bool isCredible = _objective == 0 || bare < _objective / 2;
        bool agrees = isServing && bare < known * Noise && bare > known * (belief.IsProven || (!isFlat && isCredible) ? 1 / Noise : Same);
        if ((agrees || !isFlat) && belief.ContradictedFor > Contradiction)
        {
            // The host was heard and was wrong: what waits for it is not ours, or is not measured. It is heard again when a trial is due anyway.
            belief = belief with { ContradictedFor = -done.NextTrial };
        }

        if (!isFlat)
        {
            done = done with { IsBelowKnee = true };
            if (2 * bare > Fastest)
            {
                // The first latency at the old limit again still has the rate of the trial, and is not read for it.
                double turn = _objective > 0 ? Math.Min(bare, _objective / 2) : bare;
                belief = belief with { Windows = -1 };
                done = done with { NextWindow = SteadyWindow(KneeBelief.FewestEnds, Math.Max(Fastest, turn)) };
            }
        }

        if (agrees)
        {
            double mean = isFlat ? Math.Min(known, bare) : belief.IsProven ? known + (0.4 * (bare - known)) : bare;
            return done with
            {
                Belief = belief with { BareLatency = mean, IsProven = true, ProvenRate = Math.Max(found, rate) },
                Limit = _range.Clamp(isFlat ? Math.Max(trial.Low, Gain * rate * mean) : trial.High),
                NextTrial = isFlat ? SoonAgain * trial.LowSeconds : done.NextTrial,
            };
        }

        if (!isFlat)
        {
            return done with
            {
                Belief = belief with { BareLatency = bare, IsProven = isCredible, ProvenRate = rate },
                Limit = _range.Clamp(trial.IsUrgent ? Math.Clamp(AllowanceShare * ObjectiveSeconds * Math.Max(found, rate), trial.Low, trial.High) : trial.High),
                NextTrial = isCredible ? SoonAgain * trial.LowSeconds : 0,
                NextDoubt = isCredible ? done.NextDoubt : 0,
            };
        }

        return done.StayDown(trial, belief, bare, found);
    }

    /// <summary>A single trial takes away half of an error, if it is more than chance.</summary>
    private static double Corrected(double known, double found) => found < known / Noise ? (known + found) / 2 : known;

    /// <summary>As many were served with fewer in flight: the rest had waited in our own queue.</summary>
    private KneeLimit StayDown(in KneeTrial trial, in KneeBelief belief, double bare, double found)
    {
        double known = belief.BareLatency;

        // The belief from before the trial still has the rate that led to it.
        bool isSuspect = !belief.IsProven || belief.Late > DoubtfulLateness || Belief.LongRate.HasFallen;
        double kept = known == 0 || (bare < known && isSuspect) ? bare : Corrected(known, bare);
        KneeLimit down = this with
        {
            Belief = belief with { BareLatency = kept, ProvenRate = belief.Rate },
            Limit = _range.Clamp(trial.Low),
            NextTrial = belief.IsProven ? SoonAgain * trial.LowSeconds : 0,
            NextDoubt = belief.IsProven ? NextDoubt : 0,
        };
        double next = Math.Max(_range.Min, Math.Floor(trial.Low / 2));
        if (belief.IsProven || next >= trial.Low)
        {
            return down;
        }

        // Nothing is proven yet, so it goes on down at once. What was measured here is the reference of the next step.
        return down with
        {
            Trial = new KneeTrial(KneeTrialStep.Drain, trial.Low, next) { LowSeconds = trial.LowSeconds },
            Belief = down.Belief with { Rate = (belief.Rate + found) / 2 },
            Floor = Math.Min(Floor, next),
            Limit = _range.Clamp(next),
            NextWindow = RunOff(trial.Low / 2),
        };
    }

    private LimitWindowSize RunOff(double requests) => TrialWindow(FastestInTrial, Math.Clamp(requests / 2, 3, MostRunOff));

    /// <summary>A window that must not last: whoever holds a permit for minutes must not keep others out for as long.</summary>
    private LimitWindowSize TrialWindow(double seconds, double samples)
    {
        double expected = (samples / Math.Max(Belief.Rate, 1e-9)) + Math.Max(seconds, Belief.LeastLatency);
        double longest = Math.Min(Math.Max(LeastLongest, LongestDrain * expected), LongestObjective.TotalSeconds);
        return Window(seconds, samples) with { MaxDuration = TimeSpan.FromSeconds(longest) };
    }
}
