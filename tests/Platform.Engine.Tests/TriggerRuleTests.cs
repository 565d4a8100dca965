using Platform.Engine.Queue;
using Platform.Workflows.Definition;

namespace Platform.Engine.Tests;

/// <summary>The rules against Airflow 3's table of meanings, over every combination of up to four upstream tasks.</summary>
public sealed class TriggerRuleTests
{
    private static readonly char[] Kinds = ['s', 'f', 'u', 'k', 'w'];

    private static IEnumerable<string> Combinations()
    {
        IEnumerable<string> all = [""];
        for (var n = 1; n <= 4; n++)
        {
            all = all.SelectMany(c => Kinds.Select(k => c + k)).ToList();
            foreach (var combination in all)
                yield return combination;
        }
    }

    private static UpstreamStates Of(string states) => new(
        states.Length, states.Count(c => c == 's'), states.Count(c => c == 'f'), states.Count(c => c == 'u'), states.Count(c => c == 'k'));

    public static TheoryData<TriggerRule> Rules() => [.. Enum.GetValues<TriggerRule>()];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_always_decides_when_everything_upstream_is_done(TriggerRule rule)
    {
        foreach (var states in Combinations().Where(c => !c.Contains('w', StringComparison.Ordinal)))
            Assert.NotEqual(Release.Wait, TriggerRules.Decide(rule, Of(states)));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_decision_does_not_change_whatever_the_waiting_tasks_become(TriggerRule rule)
    {
        // one_success, one_failed and one_done run at the first that fits; a later upstream task cannot take that back.
        foreach (var states in Combinations().Where(c => c.Contains('w', StringComparison.Ordinal)))
        {
            var early = TriggerRules.Decide(rule, Of(states));
            if (early == Release.Wait)
                continue;
            foreach (var outcome in "sfuk")
            {
                var later = TriggerRules.Decide(rule, Of(states.Replace('w', outcome)));
                // A skip decided early may meet a failure later: Airflow decides by what comes first, and so do we.
                if (early == Release.Run)
                    Assert.True(later == Release.Run, $"{rule} {states} -> {outcome}: {later}");
                else
                    Assert.NotEqual(Release.Run, later);
            }
        }
    }

    /// <summary>
    /// What Airflow 3 publishes and does, for every rule over every set of states upstream: s success, f failed, u upstream_failed, k skipped, w not ended.
    /// How many tasks are in a state does not matter, only whether any is. R runs, S is skipped, U is upstream_failed, a dot waits.
    /// </summary>
    private const string Published = """
        states  all_success  all_failed  all_done  all_done_min_one_success  all_skipped  one_success  one_failed  one_done  none_failed  none_failed_min_one_success  none_skipped  always
        s       R  S  R  R  S  R  S  R  R  R  R  R
        f       U  R  R  U  S  U  R  R  U  U  R  R
        u       U  R  R  U  S  U  R  S  U  U  R  R
        k       S  S  R  S  R  S  S  S  R  S  S  R
        w       .  .  .  .  .  .  .  .  .  .  .  R
        sf      U  S  R  R  S  R  R  R  U  U  R  R
        su      U  S  R  R  S  R  R  R  U  U  R  R
        sk      S  S  R  S  S  R  S  R  R  R  S  R
        sw      .  S  .  .  S  R  .  R  .  .  .  R
        fu      U  R  R  U  S  U  R  R  U  U  R  R
        fk      U  S  R  S  S  U  R  R  U  U  S  R
        fw      U  .  .  .  S  .  R  R  U  U  .  R
        uk      U  S  R  S  S  U  R  S  U  U  S  R
        uw      U  .  .  .  S  .  R  .  U  U  .  R
        kw      S  S  .  S  .  .  .  .  .  .  S  R
        sfu     U  S  R  R  S  R  R  R  U  U  R  R
        sfk     U  S  R  S  S  R  R  R  U  U  S  R
        sfw     U  S  .  .  S  R  R  R  U  U  .  R
        suk     U  S  R  S  S  R  R  R  U  U  S  R
        suw     U  S  .  .  S  R  R  R  U  U  .  R
        skw     S  S  .  S  S  R  .  R  .  .  S  R
        fuk     U  S  R  S  S  U  R  R  U  U  S  R
        fuw     U  .  .  .  S  .  R  R  U  U  .  R
        fkw     U  S  .  S  S  .  R  R  U  U  S  R
        ukw     U  S  .  S  S  .  R  .  U  U  S  R
        sfuk    U  S  R  S  S  R  R  R  U  U  S  R
        sfuw    U  S  .  .  S  R  R  R  U  U  .  R
        sfkw    U  S  .  S  S  R  R  R  U  U  S  R
        sukw    U  S  .  S  S  R  R  R  U  U  S  R
        fukw    U  S  .  S  S  .  R  R  U  U  S  R
        sfukw   U  S  .  S  S  R  R  R  U  U  S  R
        """;

    [Fact]
    public void Every_rule_means_what_Airflow_publishes_for_every_combination()
    {
        var lines = Published.Split('\n').Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        var rules = lines[0].Skip(1).Select(name => Enum.GetValues<TriggerRule>().Single(r => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(r.ToString()) == name)).ToList();
        Assert.Equal(Enum.GetValues<TriggerRule>().Except([TriggerRule.AllDoneSetupSuccess]).Order(), rules.Order());
        var table = lines.Skip(1).ToDictionary(l => l[0], l => l.Skip(1).ToArray());
        Assert.Equal(31, table.Count);
        var wrong = new List<string>();
        var seen = 0;
        foreach (var states in Combinations())
        {
            var row = table[string.Concat(Kinds.Where(states.Contains))];
            for (var i = 0; i < rules.Count; i++, seen++)
            {
                var decided = TriggerRules.Decide(rules[i], Of(states)) switch { Release.Run => "R", Release.Skip => "S", Release.UpstreamFailed => "U", _ => "." };
                if (decided != row[i])
                    wrong.Add($"{rules[i]} over {states}: {decided}, not {row[i]}");
            }
        }
        Assert.Empty(wrong);
        Assert.Equal(780 * 12, seen);
    }

    [Theory]
    [InlineData(TriggerRule.AllSuccess, "ss", Release.Run)]
    [InlineData(TriggerRule.AllSuccess, "fw", Release.UpstreamFailed)]
    [InlineData(TriggerRule.AllSuccess, "kw", Release.Skip)]
    [InlineData(TriggerRule.AllSuccess, "sw", Release.Wait)]
    [InlineData(TriggerRule.AllFailed, "fu", Release.Run)]
    [InlineData(TriggerRule.AllFailed, "sw", Release.Skip)]
    [InlineData(TriggerRule.AllDone, "sfuk", Release.Run)]
    [InlineData(TriggerRule.AllDone, "sfw", Release.Wait)]
    [InlineData(TriggerRule.AllDoneMinOneSuccess, "sf", Release.Run)]
    [InlineData(TriggerRule.AllDoneMinOneSuccess, "ff", Release.UpstreamFailed)]
    [InlineData(TriggerRule.AllDoneMinOneSuccess, "sk", Release.Skip)]
    [InlineData(TriggerRule.AllSkipped, "kk", Release.Run)]
    [InlineData(TriggerRule.AllSkipped, "ks", Release.Skip)]
    [InlineData(TriggerRule.OneSuccess, "sww", Release.Run)]
    [InlineData(TriggerRule.OneSuccess, "fk", Release.UpstreamFailed)]
    [InlineData(TriggerRule.OneSuccess, "kk", Release.Skip)]
    [InlineData(TriggerRule.OneFailed, "fw", Release.Run)]
    [InlineData(TriggerRule.OneFailed, "uw", Release.Run)]
    [InlineData(TriggerRule.OneFailed, "sk", Release.Skip)]
    [InlineData(TriggerRule.OneDone, "sw", Release.Run)]
    [InlineData(TriggerRule.OneDone, "uk", Release.Skip)]
    [InlineData(TriggerRule.NoneFailed, "sk", Release.Run)]
    [InlineData(TriggerRule.NoneFailed, "kk", Release.Run)]
    [InlineData(TriggerRule.NoneFailed, "fw", Release.UpstreamFailed)]
    [InlineData(TriggerRule.NoneFailedMinOneSuccess, "sk", Release.Run)]
    [InlineData(TriggerRule.NoneFailedMinOneSuccess, "kk", Release.Skip)]
    [InlineData(TriggerRule.NoneSkipped, "sf", Release.Run)]
    [InlineData(TriggerRule.NoneSkipped, "kw", Release.Skip)]
    [InlineData(TriggerRule.Always, "ww", Release.Run)]
    internal void Airflows_table(TriggerRule rule, string states, Release expected) =>
        Assert.Equal(expected, TriggerRules.Decide(rule, Of(states)));

    [Fact]
    public void A_teardown_runs_if_any_of_its_setups_ran()
    {
        static Release Decide(int ran, int skipped, int setups) =>
            TriggerRules.Decide(TriggerRule.AllDoneSetupSuccess, new UpstreamStates(setups + 1, ran, setups - ran - skipped + 1, 0, skipped, setups, ran, skipped));
        Assert.Equal(Release.Run, Decide(1, 0, 2));
        Assert.Equal(Release.UpstreamFailed, Decide(0, 0, 2));
        Assert.Equal(Release.Skip, Decide(0, 2, 2));
        Assert.Equal(Release.Wait, TriggerRules.Decide(TriggerRule.AllDoneSetupSuccess, new UpstreamStates(2, 1, 0, 0, 0, 1, 1, 0)));
    }

    [Theory]
    [InlineData(1, 30, 600, 15, 30)]
    [InlineData(3, 30, 600, 60, 120)]
    [InlineData(20, 30, 600, 300, 600)]
    [InlineData(60, 1, 600, 300, 600)]
    public void Backoff_doubles_with_jitter_in_its_upper_half_and_a_cap(int used, int first, int most, int from, int to)
    {
        var task = new TaskDefinition { Id = "a", Activity = "x", RetryDelay = TimeSpan.FromSeconds(first), RetryMaxDelay = TimeSpan.FromSeconds(most) };
        Assert.Equal(from, Retry.Delay(task, used, 0).TotalSeconds, 3);
        Assert.Equal(to, Retry.Delay(task, used, 0.9999999).TotalSeconds, 3);
    }
}
