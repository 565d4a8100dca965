using FsCheck;
using FsCheck.Fluent;
using Platform.Engine.Planning;
using Platform.Workflows.Activities;
using Platform.Workflows.Definition;

namespace Platform.Engine.Tests;

/// <summary>What holds for partitions however writes, planners, pauses and ends of runs come.</summary>
public sealed class PartitionProperties(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private static readonly Gen<Step> Steps = Gen.Frequency(
        (8, from asset in Gen.Choose(0, 1) from day in Gen.Choose(0, 8) from length in Gen.Frequency((6, Gen.Constant(1)), (1, Gen.Constant(2)), (1, Gen.Constant(4))) select new Step(StepKind.Write, asset, day, length)),
        (4, Gen.Constant(new Step(StepKind.Plan, 0, 0, 0))),
        (3, Gen.Constant(new Step(StepKind.End, 0, 0, 0))),
        (1, Gen.Constant(new Step(StepKind.Pause, 0, 0, 0))),
        (1, Gen.Constant(new Step(StepKind.Resume, 0, 0, 0))),
        (1, Gen.Constant(new Step(StepKind.Publish, 0, 0, 0))));

    [Fact]
    public void Every_write_is_told_to_one_run_of_each_partition_that_is_whole_and_waits_in_the_others()
    {
        var parts = new Partitions(engine.Database, engine.Activities, engine.Notifications);
        Prop.ForAll(Arb.From(from steps in Gen.ArrayOf(Steps, 45) from any in Gen.Elements(false, false, true) from active in Gen.Choose(1, 3) select (steps, any, active)),
            c => HoldsAsync(parts, c.steps, c.any, c.active).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(12));
    }

    [Fact]
    public void What_a_run_is_told_does_not_depend_on_how_often_writes_were_folded_into_it()
    {
        var schedule = new ScheduleDefinition { Assets = ["a.a"], Partitions = new PartitionsDefinition() };
        var partition = Partitions.Days(0, 1);
        Prop.ForAll(Arb.From(from count in Gen.Choose(1, 12) from cuts in Gen.ArrayOf(Gen.Elements(true, false), 12) select (count, cuts)), c =>
        {
            var updates = Enumerable.Range(1, c.count).Select(i => new PartitionUpdate(i, "a.a", partition, i, 7, "write", Partitions.Day(i))).ToList();
            PartitionRun Run(IReadOnlyList<PartitionUpdate> of) => PartitionRun.Of(schedule, of, new Dictionary<string, PartitionCover> { ["a.a"] = new(true, true, of[^1].Version, 7, "write", of[^1].At) })!;
            var folded = default(System.Text.Json.Nodes.JsonObject);
            var from = 0;
            for (var i = 0; i < updates.Count; i++)
            {
                if (!c.cuts[i] && i + 1 < updates.Count)
                    continue;
                var run = Run(updates[from..(i + 1)]);
                folded = folded is null ? run.Assets : PartitionRun.Fold(folded, run.Assets);
                from = i + 1;
            }
            return folded!.ToJsonString() == Run(updates).Assets.ToJsonString();
        }).QuickCheckThrowOnFailure();
    }

    private static async Task<bool> HoldsAsync(Partitions parts, Step[] steps, bool any, int active)
    {
        string[] assets = [Partitions.Asset(), Partitions.Asset()];
        var schedule = $"{{ assets: [{assets[0]}, {assets[1]}], any_asset: {(any ? "true" : "false")}, partitions: 3d, start: 2026-01-05 }}";
        var name = await parts.ApplyAsync(schedule, more: $"limits: {{ active_runs: {active} }}");
        var run = await parts.WriterAsync();
        var writes = new List<(string Asset, int Day, int Length, int Version)>();
        var published = 0;
        foreach (var step in steps)
        {
            switch (step.Kind)
            {
                case StepKind.Write:
                    writes.Add((assets[step.Asset], step.Day, step.Length, writes.Count + 1));
                    await parts.WriteAsync(run, assets[step.Asset], Partitions.Days(step.Day, step.Day + step.Length), writes.Count);
                    break;
                case StepKind.Plan:
                    await Task.WhenAll(parts.PlanAsync(), parts.PlanAsync());
                    break;
                case StepKind.End when (await parts.RunsAsync(name)).FirstOrDefault(r => r.Run.State == RunStates.Running) is { } running:
                    await parts.EndAsync(running.Run.Id);
                    break;
                case StepKind.Pause or StepKind.Resume:
                    await parts.Store.SetPausedAsync(name, step.Kind == StepKind.Pause, CancellationToken.None);
                    break;
                case StepKind.Publish:
                    await parts.ApplyAsync(schedule, name, $"limits: {{ active_runs: {active} }}\ntitle: Version {++published}");
                    break;
            }
            var now = await parts.RunsAsync(name);
            // No partition has two runs at once, nor two that wait.
            if (now.Where(r => r.Run.State is RunStates.Running or RunStates.Queued).GroupBy(r => (r.Run.IntervalStart, r.Run.State)).Any(g => g.Count() > 1))
                throw new InvalidOperationException($"Two runs at once: {string.Join("; ", now.Select(Partitions.Say))}");
        }
        await parts.Store.SetPausedAsync(name, false, CancellationToken.None);
        await parts.PlanAsync();

        var runs = await parts.RunsAsync(name);
        for (var start = 0; start < 12; start += 3)
        {
            var inside = writes.Where(w => w.Day < start + 3 && w.Day + w.Length > start).ToList();
            var whole = assets.Where(a => Enumerable.Range(start, 3).All(day => inside.Any(w => w.Asset == a && w.Day <= day && w.Day + w.Length > day))).ToList();
            var of = runs.Where(r => r.Run.IntervalStart == Partitions.Day(start)).ToList();
            foreach (var asset in assets)
            {
                var there = any ? whole.Contains(asset) : whole.Count == 2;
                var told = of.Sum(r => (int?)r.Assets![asset]?["updates"] ?? 0);
                var expected = there ? inside.Count(w => w.Asset == asset) : 0;
                var newest = there ? inside.Where(w => w.Asset == asset).Max(w => w.Version) : 0;
                if (told != expected || (there && (int)of.Last(r => r.Assets!.ContainsKey(asset)).Assets![asset]!["version"]! != newest))
                    throw new InvalidOperationException($"{asset} in {start}: told {told} of {expected}, newest {newest}; writes {string.Join(' ', inside)}; runs {string.Join("; ", of.Select(Partitions.Say))}");
            }
            if (of.Any(r => r.Assets!.All(a => (int)a.Value!["updates"]! == 0)))
                throw new InvalidOperationException("A run without anything new.");
        }
        return true;
    }

    private enum StepKind
    {
        Write,
        Plan,
        End,
        Pause,
        Resume,
        Publish,
    }

    private sealed record Step(StepKind Kind, int Asset, int Day, int Length);
}
