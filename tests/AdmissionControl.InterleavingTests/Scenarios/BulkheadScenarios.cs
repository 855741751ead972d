using AdmissionControl.Concurrency;
using AdmissionControl.InterleavingTests.Scheduling;

namespace AdmissionControl.InterleavingTests.Scenarios;

/// <summary>Bulkheads of one gate: owners with a reserve, and a borrower without.</summary>
internal static class BulkheadScenarios
{
    public static IEnumerable<Scenario> All { get; } =
    [
        new("bulkheads: an owner's claim meets a release", ClaimMeetsRelease),
        new("bulkheads: an owner's claim meets a raised limit", ClaimMeetsRaisedLimit),
        new("bulkheads: borrowers meet an owner's return", BorrowersMeetReturn),
        new("bulkheads: a newcomer beside a claim", NewcomerBesideClaim, Preemptions: 3),
        new("bulkheads: two releases meet two claims", TwoReleasesMeetTwoClaims),
        new("bulkheads: an idle reserve is lent while its owner returns", LendingMeetsReturn),
        new("bulkheads: a claim lapses while its permit comes back", LapseMeetsRelease),
        new("bulkheads: requests of one owner within its reserve", RequestsWithinReserve),
    ];

    private static Play ClaimMeetsRelease()
    {
        var house = new House(limit: 1, reserves: [1]);
        house.Borrow(1);
        return new(() => house.Return(1), () => house.Take(0))
        {
            Always = house.MustBeWithinLimit,
            AtEnd = () =>
            {
                house.MustBeInOrder();
                Must.Equal(1, house.Owners[0].Held, "permits of the reserve that its owner holds");
            },
        };
    }

    private static Play ClaimMeetsRaisedLimit()
    {
        var house = new House(limit: 1, reserves: [1]);
        house.Borrow(1);
        return new(() => house.Gate.Limit = 2, () => house.Take(0)) { Always = house.MustBeWithinLimit, AtEnd = house.MustBeInOrder };
    }

    private static Play BorrowersMeetReturn()
    {
        var house = new House(limit: 2, reserves: [2]);
        return new(() => house.Borrow(1), () => house.Borrow(1), () => house.Take(0))
        {
            Always = house.MustBeWithinLimit,
            AtEnd = () =>
            {
                house.MustBeInOrder();
                Must.Equal(2, house.Gate.InFlight, "permits that somebody has");
            },
        };
    }

    /// <summary>The permit that comes back is due to the owner, whatever the newcomer does.</summary>
    private static Play NewcomerBesideClaim()
    {
        var house = new House(limit: 1, reserves: [1]);
        house.Borrow(1);
        house.Take(0);
        bool hasOvertaken = false;
        return new(() => house.Return(1), () => hasOvertaken = house.Borrow(1))
        {
            Always = house.MustBeWithinLimit,
            AtEnd = () =>
            {
                house.MustBeInOrder();
                Must.Hold(!hasOvertaken, "A newcomer took what the owner claims.");
                Must.Hold(house.Take(0), "The owner did not get what came back.");
            },
        };
    }

    private static Play TwoReleasesMeetTwoClaims()
    {
        var house = new House(limit: 2, reserves: [1, 1]);
        house.Borrow(2);
        house.Take(0);
        house.Take(1);
        return new(() => house.Return(1), () => house.Return(1))
        {
            Always = house.MustBeWithinLimit,
            AtEnd = () =>
            {
                house.MustBeInOrder();
                Must.Hold(house.Take(0) && house.Take(1), "An owner did not get what came back.");
            },
        };
    }

    /// <summary>Both may be refused while the permit is on its way to the gate; then it goes to the owner, who has claimed it.</summary>
    private static Play LendingMeetsReturn()
    {
        var house = new House(limit: 1, reserves: [1]);
        house.Take(0);
        house.GiveBack(0);
        house.StayAway();
        return new(() => house.Borrow(1), () => house.Take(0))
        {
            Always = house.MustBeWithinLimit,
            AtEnd = () =>
            {
                house.MustBeInOrder();
                Must.Hold(house.Admitted == 1 || house.Take(0), "Nobody has the only permit, and its owner is refused.");
            },
        };
    }

    private static Play LapseMeetsRelease()
    {
        var house = new House(limit: 1, reserves: [1]);
        house.Borrow(1);
        house.Take(0);
        house.StayAway();
        return new(() => house.Return(1), () => house.Borrow(1), () => house.Take(0)) { Always = house.MustBeWithinLimit, AtEnd = house.MustBeInOrder };
    }

    private static Play RequestsWithinReserve()
    {
        var house = new House(limit: 3, reserves: [2]);
        house.Take(0);
        house.Borrow(1);
        return new(() => house.Take(0), () => house.GiveBack(0), () => house.Borrow(1))
        {
            Always = house.MustBeWithinLimit,
            AtEnd = () =>
            {
                house.MustBeInOrder();
                Must.Equal(1, house.Owners[0].InFlight, "permits of the owner, which is never refused within its reserve");
            },
        };
    }

    /// <summary>Owners and a borrower, with the book of who has what.</summary>
    private sealed class House
    {
        private readonly StillClock _clock = new();
        private readonly Bulkheads _all;
        private readonly Bulkhead _borrower;
        private readonly int[] _taken;
        private int _borrowed;

        public House(int limit, int[] reserves)
        {
            Gate = new ConcurrencyGate(limit);
            _all = new Bulkheads(Gate, _clock);
            Owners = [.. reserves.Select((reserve, i) => _all.Add($"owner {i}", reserve))];
            _borrower = _all.Add("borrower", 0);
            _taken = new int[reserves.Length];
        }

        public ConcurrencyGate Gate { get; }

        public Bulkhead[] Owners { get; }

        /// <summary>Permits that somebody got and has not given back.</summary>
        public int Admitted => _borrowed + _taken.Sum();

        private int Held
        {
            get
            {
                int held = 0;
                foreach (Bulkhead bulkhead in _all.All)
                {
                    held += bulkhead.Held;
                }

                return held;
            }
        }

        private int Claims
        {
            get
            {
                int claims = 0;
                foreach (Bulkhead bulkhead in _all.All)
                {
                    claims += bulkhead.Read().IsClaiming ? 1 : 0;
                }

                return claims;
            }
        }

        public bool Take(int owner)
        {
            bool isTaken = Owners[owner].TryAcquire();
            _taken[owner] += isTaken ? 1 : 0;
            return isTaken;
        }

        public void GiveBack(int owner)
        {
            _taken[owner]--;
            Owners[owner].Release();
        }

        public bool Borrow(int permits)
        {
            bool isTaken = _borrower.TryAcquire(permits);
            _borrowed += isTaken ? permits : 0;
            return isTaken;
        }

        public void Return(int permits)
        {
            _borrowed -= permits;
            _borrower.Release(permits);
        }

        /// <summary>So long that reserves are idle and claims lapse.</summary>
        public void StayAway() => _clock.Advance(TimeSpan.FromSeconds(2));

        public void MustBeWithinLimit()
        {
            (int admitted, int held, int claims) = (Admitted, Held, Claims);
            (int inFlight, int waiters, int limit) = (Gate.InFlight, Gate.Waiters, Gate.Limit);
            if (admitted > limit || held > inFlight || inFlight > limit || claims > waiters)
            {
                throw new ViolationException(
                    $"{admitted} were admitted, {held} are held, the gate gave {inFlight} of {limit}; {claims} claim, and the gate counts {waiters}.");
            }
        }

        /// <summary>No permit is lost or doubled, nobody claims what is free, and nobody keeps more than a reserve unused.</summary>
        public void MustBeInOrder()
        {
            Must.Equal(_borrowed, _borrower.InFlight, "permits of the borrower in flight");
            for (int i = 0; i < Owners.Length; i++)
            {
                Must.Equal(_taken[i], Owners[i].InFlight, $"permits of owner {i} in flight");
            }

            Must.Hold(_all.All.All(b => b.Held <= Math.Max(b.InFlight, b.Reserve)), "Somebody keeps more than a reserve unused.");
            Must.Equal(Held, Gate.InFlight, "permits that the gate gave");
            Must.Equal(Claims, Gate.Waiters, "claims that the gate counts");
            Must.Hold(Claims == 0 || Gate.InFlight >= Gate.Limit, "Somebody claims what is free: a lost wake-up.");
        }

    }
}
