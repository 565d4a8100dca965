using System.Globalization;
using System.Text.Json;
using Platform.Activities.Train;
using Platform.Catalog.Models;
using Platform.Workflows;

namespace Platform.Activities.Deploy;

/// <summary>
/// Judges a version by its card. Versions are measured on different days, and days differ in how predictable they are; so a version is compared
/// with the champion by how far each is ahead of popularity on its own days (the paired difference of HIT@10), not by HIT@10 itself.
/// </summary>
internal static class ModelGate
{
    public static GateVerdict Judge(ModelVersionRow candidate, ModelVersionRow? champion, DeployGate gate, Unmeasured unmeasured)
    {
        if (gate == DeployGate.None)
            return GateVerdict.Passed(new Told("nothing was compared", "没有比较"));
        // Nothing is known of it: it may begin a model's service, and never take the place of a version that serves.
        if (LiftOf(candidate.Metrics) is not { } lift)
            return new GateVerdict(unmeasured == Unmeasured.Allow && champion is null, new Told("it was never measured", "从未评估"), champion is null ? new Told("a measured version", "经过评估的版本") : Told.Of($"a measured version to take the place of version {champion.Version}", $"经过评估、可取代版本 {champion.Version} 的版本")) { Unmeasured = true };
        var ahead = new Told($"HIT@10 is {Signed(lift.Value)} ({Signed(lift.Low)} to {Signed(lift.High)}) over popularity", $"HIT@10 相对热门榜为 {Signed(lift.Value)}（{Signed(lift.Low)} 至 {Signed(lift.High)}）");
        if (gate is DeployGate.Popularity or DeployGate.PopularityAndChampion && lift.High < 0)
            return new GateVerdict(false, ahead, new Told("no worse than popularity", "不差于热门榜"));
        if (gate is DeployGate.Champion or DeployGate.PopularityAndChampion && champion is not null && LiftOf(champion.Metrics) is { } served && lift.High < served.Low)
            return new GateVerdict(false, ahead, Told.Of($"no worse than version {champion.Version}, which is {Signed(served.Value)} ({Signed(served.Low)} to {Signed(served.High)}) over popularity", $"不差于版本 {champion.Version}（相对热门榜为 {Signed(served.Value)}，{Signed(served.Low)} 至 {Signed(served.High)}）"));
        return GateVerdict.Passed(ahead);
    }

    private static (double Value, double Low, double High)? LiftOf(JsonElement metrics) =>
        Number(metrics, RecommenderCard.Lift) is { } value && Number(metrics, RecommenderCard.LiftLow) is { } low && Number(metrics, RecommenderCard.LiftHigh) is { } high
            ? (value, low, high)
            : null;

    private static double? Number(JsonElement metrics, string name) =>
        metrics.ValueKind == JsonValueKind.Object && metrics.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static string Signed(double value) => value.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture);
}

/// <summary>Whether a version may be deployed, in words.</summary>
internal sealed record GateVerdict(bool Passes, Told Observed, Told Expected)
{
    /// <summary>Whether the version has no measured values. Its refusal is no alarm: the day had too little data.</summary>
    public bool Unmeasured { get; init; }

    public static GateVerdict Passed(Told observed) => new(true, observed, new Told("no worse than popularity and the champion", "不差于热门榜和在役版本"));
}
