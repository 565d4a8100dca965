using System.Globalization;
using Platform.Inventory.Compare;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Report;

/// <summary>The part of the report about the platform's own models and endpoints.</summary>
internal static class ReportModels
{
    private const int MostRows = 200;
    private const int MetricsShown = 3;

    public static IReadOnlyList<ModelLine> Models(InventorySnapshot snapshot) =>
    [
        .. snapshot.Assets.Where(asset => asset.Model is not null).Select(asset => new ModelLine
        {
            Key = asset.Key,
            Name = asset.Name,
            Versions = asset.Model!.Versions,
            Version = asset.Model.ChampionVersion ?? asset.Model.LatestVersion,
            Stage = asset.Model.Stage,
            Learner = asset.Model.Learner,
            Metrics = asset.Model.Metrics,
            Features = [.. asset.Columns.Select(column => column.Name)],
            TrainedAt = asset.Model.TrainedAt,
            TrainedBy = asset.Model.TrainedBy,
            TrainedOn = [.. asset.Model.Tables.Select(table => table.Version is { } version ? string.Create(CultureInfo.InvariantCulture, $"{table.Asset} version {version}") : table.Asset)],
            Bytes = asset.Bytes,
            Endpoints = asset.Model.Endpoints,
            LastUsedAt = asset.Model.LastUsedAt,
        }),
    ];

    public static IReadOnlyList<EndpointLine> Endpoints(InventorySnapshot snapshot) =>
    [
        .. snapshot.Assets.Where(asset => asset.Endpoint is not null).Select(asset => new EndpointLine
        {
            Key = asset.Key,
            Name = asset.Name,
            Model = asset.Endpoint!.Model,
            Version = asset.Endpoint.Version,
            State = asset.Condition == AssetCondition.Readable ? "serving" : "cannot answer",
            DeployedAt = asset.Endpoint.DeployedAt,
            LastRequestAt = asset.Endpoint.LastRequestAt,
            DayRequests = asset.Endpoint.DayRequests,
            DayFailed = asset.Endpoint.DayFailed,
            DayHalfMs = asset.Endpoint.DayHalfMs,
            DayMostMs = asset.Endpoint.DayMostMs,
            MonthRequests = asset.Endpoint.MonthRequests,
            MonthFailed = asset.Endpoint.MonthFailed,
        }),
    ];

    public static void Write(Html html, InventoryReport report)
    {
        if (report.Models.Count > 0)
            Models(html, report.Models);
        if (report.Endpoints.Count > 0)
            Endpoints(html, report.Endpoints);
    }

    private static void Models(Html html, IReadOnlyList<ModelLine> models)
    {
        ReportPage.Begin(html, "models", "Models", "模型", models.Count);
        ReportPage.Head(html, ("Model", "模型"), ("Version", "版本"), ("Learner", "算法"), ("Measured", "指标"), ("Trained", "训练"), ("From", "来源"), ("#Features", "特征数"), ("Endpoints", "端点"), ("Last used", "最近使用"));
        foreach (var model in models.Take(MostRows))
        {
            var (stageEn, stageZh) = Stage(model.Stage);
            html.Raw("<tr><td>").Text(model.Name).Raw("</td><td>").Text(model.Version?.ToString(CultureInfo.InvariantCulture) ?? "–").Raw($" <span class=\"tag {(model.Stage == "champion" ? "green" : "")}\">").Both(stageEn, stageZh).Raw("</span></td><td>").Text(model.Learner)
                .Raw("</td><td class=\"soft\">").Text(string.Join(", ", model.Metrics.Take(MetricsShown).Select(metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Key} {metric.Value:G3}"))))
                .Raw("</td><td>").Text(Time(model.TrainedAt)).Raw("</td><td class=\"soft\">").Text(string.Join(", ", model.TrainedOn)).Raw("</td><td class=\"num\">").Text(Html.Number(model.Features.Count))
                .Raw("</td><td>").Text(string.Join(", ", model.Endpoints)).Raw("</td><td>").Text(Time(model.LastUsedAt)).Raw("</td></tr>");
        }

        ReportPage.EndTable(html, Math.Min(MostRows, models.Count), models.Count);
        html.Raw("</section>");
    }

    private static void Endpoints(Html html, IReadOnlyList<EndpointLine> endpoints)
    {
        ReportPage.Begin(html, "endpoints", "Endpoints", "端点", endpoints.Count);
        ReportPage.Head(html, ("Endpoint", "端点"), ("Serves", "服务模型"), ("State", "状态"), ("#Requests, 24 h", "24 小时请求"), ("#No answer", "未应答"), ("#Half within", "半数耗时"), ("#95 % within", "95% 耗时"), ("#30 days", "30 天请求"), ("Last asked", "最近请求"));
        foreach (var endpoint in endpoints.Take(MostRows))
        {
            html.Raw("<tr><td>").Text(endpoint.Name).Raw("</td><td>").Text($"{endpoint.Model}{(endpoint.Version is { } version ? $" {version.ToString(CultureInfo.InvariantCulture)}" : "")}").Raw($"</td><td><span class=\"tag {(endpoint.State == "serving" ? "green" : "red")}\">").Both(endpoint.State, endpoint.State == "serving" ? "服务中" : "无法应答")
                .Raw("</span></td><td class=\"num\">").Text(Html.Number(endpoint.DayRequests)).Raw("</td><td class=\"num\">").Text(Html.Number(endpoint.DayFailed)).Raw("</td><td class=\"num\">").Text(Milliseconds(endpoint.DayHalfMs)).Raw("</td><td class=\"num\">").Text(Milliseconds(endpoint.DayMostMs))
                .Raw("</td><td class=\"num\">").Text(Html.Number(endpoint.MonthRequests)).Raw("</td><td>").Text(Time(endpoint.LastRequestAt)).Raw("</td></tr>");
        }

        ReportPage.EndTable(html, Math.Min(MostRows, endpoints.Count), endpoints.Count);
        html.Raw("</section>");
    }

    private static (string En, string Zh) Stage(string? stage) => stage switch
    {
        "champion" => ("in service", "在役"),
        "candidate" => ("candidate", "候选"),
        "archived" => ("archived", "已归档"),
        _ => ("no version", "无版本"),
    };

    private static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "–";

    private static string Milliseconds(double? value) => value is { } ms ? string.Create(CultureInfo.InvariantCulture, $"{ms:0} ms") : "–";
}

/// <summary>A model in one line.</summary>
public sealed record ModelLine
{
    public required string Key { get; init; }

    public required string Name { get; init; }

    /// <summary>Number of versions.</summary>
    public required int Versions { get; init; }

    /// <summary>The version in service, else the newest; null when there is none.</summary>
    public int? Version { get; init; }

    /// <summary><c>candidate</c>, <c>champion</c>, <c>archived</c>; null without a version.</summary>
    public string? Stage { get; init; }

    public string? Learner { get; init; }

    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>Columns that it learned from.</summary>
    public required IReadOnlyList<string> Features { get; init; }

    public DateTimeOffset? TrainedAt { get; init; }

    /// <summary>The task, <c>workflow.task</c>; null where it was registered by hand.</summary>
    public string? TrainedBy { get; init; }

    /// <summary>Tables with the versions that it learned from.</summary>
    public required IReadOnlyList<string> TrainedOn { get; init; }

    public long? Bytes { get; init; }

    public required IReadOnlyList<string> Endpoints { get; init; }

    public DateTimeOffset? LastUsedAt { get; init; }
}

/// <summary>An endpoint in one line.</summary>
public sealed record EndpointLine
{
    public required string Key { get; init; }

    public required string Name { get; init; }

    public required string Model { get; init; }

    /// <summary>The version that answers; null when none is in service.</summary>
    public int? Version { get; init; }

    /// <summary><c>serving</c> or <c>cannot answer</c>.</summary>
    public required string State { get; init; }

    public required DateTimeOffset DeployedAt { get; init; }

    public DateTimeOffset? LastRequestAt { get; init; }

    /// <summary>Requests in the last 24 hours.</summary>
    public required long DayRequests { get; init; }

    /// <summary>Those of them without an answer.</summary>
    public required long DayFailed { get; init; }

    /// <summary>Half of the answers took at most about so long; null without answers.</summary>
    public double? DayHalfMs { get; init; }

    /// <summary>95 of 100 answers took at most about so long; null without answers.</summary>
    public double? DayMostMs { get; init; }

    public required long MonthRequests { get; init; }

    public required long MonthFailed { get; init; }
}
