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
