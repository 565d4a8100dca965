using FsCheck;
using FsCheck.Fluent;
using static Platform.Tables.Tests.TableFixture;

namespace Platform.Tables.Tests;

/// <summary>Whatever is written in whatever order, the table holds what a list in memory would hold, in this process and in a fresh one.</summary>
public sealed class LogReplayProperties
{
    /// <summary>A write of some rows (0 to 3) for days [Day, Day + Days), as run Run: repeated runs must change nothing.</summary>
    public sealed record Step(WriteMode Mode, int Day, int Days, int Rows, int Run);

    private sealed class Model
    {
        private readonly List<(int Id, int? From, int? To)> _rows = [];
        private readonly HashSet<int> _runs = [];
        private int _next;

        public IEnumerable<long> Ids => _rows.Select(row => (long)row.Id).Order();

        public int FirstId => _next;

        /// <summary>False if the write must be refused because it cuts an interval.</summary>
        public bool Apply(Step step)
        {
            if (_runs.Contains(step.Run))
                return true;
            var (from, to) = (step.Day, step.Day + step.Days);
            bool Overlaps((int Id, int? From, int? To) row) => row.From < to && from < row.To;
            if (step.Mode == WriteMode.ReplaceInterval)
            {
                if (_rows.Exists(row => Overlaps(row) && !(from <= row.From && row.To <= to)))
                    return false;
                _rows.RemoveAll(Overlaps);
            }
            if (step.Mode == WriteMode.Replace)
                _rows.Clear();
            _runs.Add(step.Run);
            for (var i = 0; i < step.Rows; i++)
                _rows.Add(step.Mode == WriteMode.ReplaceInterval ? (_next++, from, to) : (_next++, null, null));
            return true;
        }
    }

    private static readonly Gen<Step> Steps =
        from mode in Gen.Frequency((2, Gen.Constant(WriteMode.Append)), (1, Gen.Constant(WriteMode.Replace)), (5, Gen.Constant(WriteMode.ReplaceInterval)))
        from day in Gen.Choose(0, 5)
        from days in Gen.Frequency((4, Gen.Constant(1)), (1, Gen.Choose(2, 3)))
        from rows in Gen.Choose(0, 3)
        from run in Gen.Choose(0, 40)
        select new Step(mode, day, days, rows, run);

    [Fact]
    public void A_table_replays_to_what_was_written()
        => Prop.ForAll(Steps.ListOf(25).ToArbitrary(), Holds).Check(Config.QuickThrowOnFailure.WithMaxTest(12).WithReplay(20101201, 7));

    private static bool Holds(IList<Step> steps)
    {
        using var fixture = new TableFixture();
        var model = new Model();
        foreach (var step in steps)
            Write(fixture, model, step);
        using var fresh = new TableStore(new TableStoreOptions { Root = fixture.Store.Root, Threads = 1 });
        if (!fresh.Exists(Orders))
            return !fixture.Store.Exists(Orders);
        Assert.Equal(model.Ids, Ids(fixture.Store));
        Assert.Equal(model.Ids, Ids(fresh));
        Assert.Equal(fixture.Store.Snapshot(Orders).Version, fresh.Snapshot(Orders).Version);
        Assert.Equal(fresh.Snapshot(Orders).Files.Select(file => file.Path).Order(StringComparer.Ordinal), fixture.Store.Snapshot(Orders).Files.Select(file => file.Path).Order(StringComparer.Ordinal));
        return true;
    }

    private static void Write(TableFixture fixture, Model model, Step step)
    {
        var first = model.FirstId;
        var sql = $"select ({first} + i)::bigint as id from range({step.Rows}) r(i)";
        var interval = new DataInterval(DateTimeOffset.UnixEpoch.AddDays(step.Day), DateTimeOffset.UnixEpoch.AddDays(step.Day + step.Days));
        var transaction = new TableTransaction($"run{step.Run}/load/0", 1);
        if (model.Apply(step))
            fixture.Write(sql, step.Mode, step.Mode == WriteMode.ReplaceInterval ? interval : null, transaction);
        else
            Assert.Throws<Platform.Tables.Log.TableException>(() => fixture.Write(sql, step.Mode, interval, transaction));
    }

    private static IEnumerable<long> Ids(TableStore store)
    {
        using var session = store.OpenSession();
        session.Expose(Orders);
        return session.Query("select id from raw.orders order by id").Rows.Select(row => (long)row[0]!);
    }
}
