using System.Globalization;
using Platform.Workflows;

namespace Platform.Catalog.Usage;

/// <summary>How an asset is used, what it costs, and what it is worth: a score of 0 to 100 with the parts it is made of.</summary>
public sealed record AssetWorth
{
    /// <summary>Without a rhythm of its own, an asset is stale after so many days without new data.</summary>
    public const int StaleDays = 30;

    /// <summary>An asset is unused when nobody has used it for so many days, and it is at least as old.</summary>
    public const int UnusedDays = 90;

    /// <summary>The same of models and endpoints, which are made to be used at once.</summary>
    public const int UnusedModelDays = 60;

    public required string Asset { get; init; }

    public required string Name { get; init; }

    public required string Kind { get; init; }

    public required string? Owner { get; init; }

    /// <summary>0 to 100: the sum of the parts.</summary>
    public required int Score { get; init; }

    /// <summary>What the score is made of.</summary>
    public required IReadOnlyList<WorthPart> Parts { get; init; }

    /// <summary>Reads by tasks of runs in the last 30 days.</summary>
    public required long Reads { get; init; }

    /// <summary>Queries by people, and requests to an endpoint, in the last 30 days.</summary>
    public required long Queries { get; init; }

    /// <summary>Looks at its page in the last 30 days.</summary>
    public required long Views { get; init; }

    /// <summary>Different people and reading workflows in the last 30 days.</summary>
    public required int Users { get; init; }

    /// <summary>Assets made directly from it.</summary>
    public required int Downstream { get; init; }

    /// <summary>What it takes to keep; null where the size is not known.</summary>
    public required long? Bytes { get; init; }

    /// <summary>Seconds that tasks took to write it in the last 30 days.</summary>
    public required double RunSeconds { get; init; }

    /// <summary>When anybody used it last; null when never seen.</summary>
    public required DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>When its data were new last; null when not known.</summary>
    public required DateTimeOffset? RenewedAt { get; init; }

    /// <summary>Usual time between two renewals, in hours; null while fewer than two were seen.</summary>
    public required double? UsualHours { get; init; }

    /// <summary>Whether its data are older than four times its usual rhythm (one day at least), or, without a rhythm, than 30 days. An endpoint has no data: its model may be stale.</summary>
    public required bool Stale { get; init; }

    /// <summary>Whether it has been known for 90 days (a model or endpoint: 60), nobody has used it in that time, nothing is made from it, and no endpoint serves it.</summary>
    public required bool Unused { get; init; }

    internal static AssetWorth Of(UsageFigures f)
    {
        var uses = f.Reads + f.Queries + f.Views;
        var users = f.People + f.Readers;
        var unused = TimeSpan.FromDays(f.Kind is "model" or "endpoint" ? UnusedModelDays : UnusedDays);
        var care = (f.Owner is null ? 0 : 5) + (f.Description is null ? 0 : 5) + (f.Reviewed ? 5 : 0);
        WorthPart[] parts =
        [
            Part("use", 35, Math.Log2(1 + uses) / 8, $"used {Plural.Of(uses, "time")} in 30 days", $"30 天内使用 {uses:N0} 次"),
            Part("people", 15, users / 5.0, $"by {users:N0} people and workflows", $"{users:N0} 个用户和工作流"),
            Part("reach", 20, Math.Log2(1 + f.Downstream) / 5, $"{Plural.Of(f.Downstream, "asset")} {Plural.Word(f.Downstream, "is", "are")} made from it", $"下游有 {f.Downstream:N0} 个资产"),
            Part("trust", 15, f.Critical > 0 ? 0 : f.Warnings > 0 ? 0.5 : 1, f.Critical + f.Warnings == 0 ? $"no open incident" : (FormattableString)$"{f.Critical + f.Warnings:N0} open incidents", f.Critical + f.Warnings == 0 ? $"没有未解决的事件" : (FormattableString)$"{f.Critical + f.Warnings:N0} 个未解决的事件"),
            Part("care", 15, care / 15.0, $"{Said(f, "an owner", "a description", "reviewed by people", "nobody has described it")}", $"{Said(f, "有负责人", "有描述", "已人工审核", "无人描述")}"),
        ];
        return new AssetWorth
        {
            Asset = f.Key,
            Name = f.Name,
            Kind = f.Kind,
            Owner = f.Owner,
            Score = parts.Sum(p => p.Points),
            Parts = parts,
            Reads = f.Reads,
            Queries = f.Queries,
            Views = f.Views,
            Users = users,
            Downstream = f.Downstream,
            Bytes = f.ByteCount,
            RunSeconds = Math.Round(f.RunSeconds, 1),
            LastUsedAt = f.LastUsedAt,
            RenewedAt = f.RenewedAt,
            UsualHours = f.UsualHours is { } usual ? Math.Round(usual, 1) : null,
            Stale = f.Kind != "endpoint" && f.RenewedAt is { } renewed && f.AskedAt - renewed > (f.UsualHours is { } hours ? TimeSpan.FromHours(Math.Max(24, Math.Min(hours, 24 * 3650) * 4)) : TimeSpan.FromDays(StaleDays)),
            Unused = f.Downstream == 0 && !f.Serves && f.AskedAt - f.FirstSeenAt > unused && (f.LastUsedAt is null || f.AskedAt - f.LastUsedAt > unused),
        };
    }

    private static WorthPart Part(string name, int most, double share, FormattableString en, FormattableString zh) =>
        new(name, (int)Math.Round(most * Math.Clamp(share, 0, 1)), most, en.ToString(CultureInfo.InvariantCulture), zh.ToString(CultureInfo.InvariantCulture));

    private static string Said(UsageFigures f, string owner, string description, string reviewed, string nothing)
    {
        var said = new List<string>();
        if (f.Owner is not null)
            said.Add(owner);
        if (f.Description is not null)
            said.Add(description);
        if (f.Reviewed)
            said.Add(reviewed);
        return said.Count == 0 ? nothing : string.Join(", ", said);
    }
}

/// <summary>A part of the score.</summary>
/// <param name="Part"><c>use</c>, <c>people</c>, <c>reach</c>, <c>trust</c>, <c>care</c>.</param>
/// <param name="Points">What it gives.</param>
/// <param name="Most">What it can give.</param>
/// <param name="Why">Why, in words.</param>
/// <param name="WhyZh">The same in Chinese.</param>
public sealed record WorthPart(string Part, int Points, int Most, string Why, string WhyZh);

/// <summary>What the worth is computed from.</summary>
internal sealed record UsageFigures
{
    public required string Key { get; init; }

    public required string Kind { get; init; }

    public required string Name { get; init; }

    public required string? Owner { get; init; }

    public required string? Description { get; init; }

    public required long? ByteCount { get; init; }

    public required DateTimeOffset FirstSeenAt { get; init; }

    public required long Reads { get; init; }

    public required int Readers { get; init; }

    public required long Queries { get; init; }

    public required long Views { get; init; }

    public required int People { get; init; }

    public required double RunSeconds { get; init; }

    public required DateTimeOffset? LastUsedAt { get; init; }

    public required DateTimeOffset? RenewedAt { get; init; }

    public required double? UsualHours { get; init; }

    public required int Downstream { get; init; }

    public required int Critical { get; init; }

    public required int Warnings { get; init; }

    public required bool Reviewed { get; init; }

    /// <summary>Whether an endpoint serves it.</summary>
    public required bool Serves { get; init; }

    public required DateTimeOffset AskedAt { get; init; }
}
