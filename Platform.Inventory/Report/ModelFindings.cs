using System.Globalization;
using Platform.Inventory.Compare;
using Platform.Inventory.Scan;

namespace Platform.Inventory.Report;

/// <summary>What is worth knowing of the platform's own models and endpoints: what serves although what it learned from changed, failed or moved away, what nobody asks.</summary>
internal static class ModelFindings
{
    /// <summary>Without a word from anybody, a model or endpoint is unused after so many days.</summary>
    private const int UnusedDays = 60;

    /// <summary>An endpoint that nobody asked for so many days is worth a line.</summary>
    private const int UnaskedDays = 30;

    /// <summary>What was learned is old after so many days, if there is newer data.</summary>
    private const int OldDays = 14;

    /// <summary>A share of failures needs so many requests to mean anything.</summary>
    private const int FewestRequests = 20;

    public static IEnumerable<Finding> Of(InventorySnapshot snapshot, CatalogFacts? facts)
    {
        var models = snapshot.Assets.Where(asset => asset.Model is not null).ToDictionary(asset => asset.Name, StringComparer.Ordinal);
        foreach (var endpoint in snapshot.Assets.Where(asset => asset.Endpoint is not null))
            foreach (var finding in OfEndpoint(endpoint, endpoint.Endpoint!, snapshot.Taken))
                yield return finding;
        foreach (var model in models.Values)
            foreach (var finding in OfModel(model, model.Model!, snapshot.Taken))
                yield return finding;
        foreach (var drift in (facts?.Drifted ?? []).GroupBy(line => line.Model))
        {
            var worst = drift.MaxBy(line => line.Stability)!;
            var name = worst.Name;
            var served = models.GetValueOrDefault(name)?.Model is { ChampionVersion: not null, Endpoints.Count: > 0 };
            yield return DataFindings.Make("model-drift", drift.Key, name, worst.Column, (served ? 68 : 52) + Math.Min(10, 2 * drift.Count()),
                drift.Count() == 1 ? $"The feature {worst.Column} of the model {name} has drifted: its values are not spread as they were when it was trained." : (FormattableString)$"{drift.Count():N0} features of the model {name} have drifted since it was trained.",
                $"模型 {name} 的 {drift.Count():N0} 个特征自训练以来发生漂移。",
                $"{string.Join(", ", drift.OrderByDescending(line => line.Stability).Take(5).Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.Column} of {line.Table}: PSI {line.Stability:0.00}")))}; over 0.25 is a large shift",
                $"{string.Join("、", drift.OrderByDescending(line => line.Stability).Take(5).Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.Table} 的 {line.Column}：PSI {line.Stability:0.00}")))}；大于 0.25 为显著变化");
        }
    }

    private static IEnumerable<Finding> OfEndpoint(FoundAsset asset, EndpointFacts endpoint, DateTimeOffset taken)
    {
        var name = asset.Name;
        if (endpoint.Version is null)
            yield return DataFindings.Make("endpoint-empty", asset.Key, name, null, 72, $"The endpoint {name} cannot answer: no version of the model {endpoint.Model} is in service.", $"端点 {name} 无法应答：模型 {endpoint.Model} 没有在役版本。", $"{Asked(endpoint)}", $"24 小时内 {endpoint.DayRequests:N0} 次请求");
        else if (asset.Condition == AssetCondition.Broken)
            yield return DataFindings.Make("endpoint-broken", asset.Key, name, null, 86, $"The endpoint {name} cannot answer: the files of version {endpoint.Version} of {endpoint.Model} are missing or broken.", $"端点 {name} 无法应答：{endpoint.Model} 第 {endpoint.Version} 版的文件缺失或损坏。", $"{asset.Reason}", $"{asset.Reason}");
        if (endpoint.DayRequests >= FewestRequests && endpoint.DayFailed >= 0.05 * endpoint.DayRequests)
            yield return DataFindings.Make("endpoint-failing", asset.Key, name, null, 84, $"{endpoint.DayFailed:N0} of {endpoint.DayRequests:N0} requests to the endpoint {name} got no answer in the last 24 hours.", $"端点 {name} 最近 24 小时的 {endpoint.DayRequests:N0} 次请求中有 {endpoint.DayFailed:N0} 次没有得到应答。", $"{endpoint.LastError ?? "no reason was kept"}", $"{endpoint.LastError ?? "无原因记录"}");
        if (endpoint is { DayRequests: >= FewestRequests, DayMostMs: >= 50 and var now, MonthMostMs: > 0 and var usual } && now >= 4 * usual)
            yield return DataFindings.Make("endpoint-slow", asset.Key, name, null, 66, $"The endpoint {name} answers more slowly than usual.", $"端点 {name} 的响应比平时慢。", $"95 of 100 answers within {now:0} ms in the last 24 hours, within {usual:0} ms in 30 days", $"95% 的应答：最近 24 小时 {now:0} ms 内，30 天 {usual:0} ms 内");
        var silent = endpoint.LastRequestAt ?? Later(endpoint.KnownAt, endpoint.CountedSince);
        if (endpoint.MonthRequests == 0 && endpoint.CountedSince is not null && Days(silent, taken) >= UnaskedDays)
            yield return DataFindings.Make("endpoint-unasked", asset.Key, name, null, 44, $"Nobody has asked the endpoint {name} for {Days(silent, taken):N0} days.", $"端点 {name} 已 {Days(silent, taken):N0} 天无人请求。", $"it serves {endpoint.Model}{(endpoint.Version is { } version ? $" version {version}" : "")}", $"服务模型 {endpoint.Model}");
    }

    private static IEnumerable<Finding> OfModel(FoundAsset asset, ModelFacts model, DateTimeOffset taken)
    {
        var name = asset.Name;
        var serves = model.ChampionVersion is not null && model.Endpoints.Count > 0;
        // What serves concerns who asks; otherwise it is the matter of who trains.
        var (subject, subjectZh) = serves ? ($"The endpoint {model.Endpoints[0]} serves a model", $"端点 {model.Endpoints[0]} 所服务的模型") : ($"The model {name} was", $"模型 {name} ");
        var (key, shown) = serves ? ($"endpoint:{model.Endpoints[0]}", model.Endpoints[0]) : (asset.Key, name);
        var version = $"version {model.ChampionVersion ?? model.LatestVersion} of {name}{(model.TrainedAt is { } at ? $", trained {Day(at)}" : "")}";
        foreach (var table in model.Tables)
        {
            if (table.Gone)
                yield return DataFindings.Make("trained-on-gone", key, shown, null, serves ? 74 : 50, $"{subject} trained on {table.Asset}, which is gone.", $"{subjectZh}训练所用的 {table.Asset} 已不存在。", $"{version}", $"{version}");
            if (table.FeatureChanges.Count > 0)
                yield return DataFindings.Make("trained-on-changed", key, shown, null, serves ? 78 : 54, $"{subject} trained on {table.Asset}, whose columns have changed since.", $"{subjectZh}训练所用的 {table.Asset} 的列此后发生变化。", $"{string.Join(", ", table.FeatureChanges.Take(4))}; {version}", $"{string.Join("、", table.FeatureChanges.Take(4))}；{version}");
            if (table.Incidents.Count > 0)
                yield return DataFindings.Make("trained-on-failing", key, shown, null, serves ? 76 : 52, $"{subject} trained on {table.Asset}, where a critical check fails.", $"{subjectZh}训练所用的 {table.Asset} 有关键检查未通过。", $"{table.Incidents[0]}; {version}", $"{(table.IncidentsZh is [var zh, ..] ? zh : table.Incidents[0])}；{version}");
            else if (table.FailedAt is { } failed)
                yield return DataFindings.Make("trained-on-failing", key, shown, null, serves ? 70 : 48, $"{subject} trained on {table.Asset}, which could not be written since {Day(failed)}.", $"{subjectZh}训练所用的 {table.Asset} 自 {Day(failed)} 起写入失败。", $"{table.FailedTask} failed{(table.Failure is { } why ? $": {Short(why)}" : "")}; {version}", $"{table.FailedTask} 失败{(table.Failure is { } reason ? $"：{Short(reason)}" : "")}；{version}");
            else if (table.VersionsSince > 0 && model.TrainedAt is { } trained && Days(trained, taken) >= OldDays)
                yield return DataFindings.Make("trained-on-old", key, shown, null, serves ? 58 : 34, $"{subject} trained {Days(trained, taken):N0} days ago on {table.Asset}, which has been written {table.VersionsSince:N0} {(table.VersionsSince == 1 ? "time" : "times")} since.", $"{subjectZh}训练于 {Days(trained, taken):N0} 天前，此后 {table.Asset} 又写入 {table.VersionsSince:N0} 次。", $"{version}{(model.LatestVersion > model.ChampionVersion ? $"; version {model.LatestVersion} was trained later and is not in service" : "")}", $"{version}{(model.LatestVersion > model.ChampionVersion ? $"；之后训练的第 {model.LatestVersion} 版未上线" : "")}");
        }
        if (model.TrainingFailedAt is { } stopped)
            yield return DataFindings.Make("training-failed", asset.Key, name, null, serves ? 68 : 46, $"The training of the model {name} has failed since {Day(stopped)}: what serves gets no younger.", $"模型 {name} 自 {Day(stopped)} 起训练失败，在役版本不再更新。", $"{model.TrainedBy}{(model.TrainingError is { } error ? $": {Short(error)}" : "")}", $"{model.TrainedBy}{(model.TrainingError is { } problem ? $"：{Short(problem)}" : "")}");
        if (asset.Condition == AssetCondition.Broken && !serves)
            yield return DataFindings.Make("model-broken", asset.Key, name, null, 56, $"The files of the model {name} are missing or broken.", $"模型 {name} 的文件缺失或损坏。", $"{asset.Reason}", $"{asset.Reason}");
        var idle = model.LastUsedAt ?? model.KnownAt;
        if (model.Endpoints.Count == 0 && Days(idle, taken) >= UnusedDays && Days(model.KnownAt, taken) >= UnusedDays)
            yield return DataFindings.Make("model-unused", asset.Key, name, null, 46, $"The model {name} has no endpoint and has been unused for {Days(idle, taken):N0} days.", $"模型 {name} 没有端点，且已 {Days(idle, taken):N0} 天未被使用。", $"{model.Versions:N0} {(model.Versions == 1 ? "version" : "versions")}{(asset.Bytes is { } bytes ? $", the newest {Html.Size(bytes)}" : "")}", $"共 {model.Versions:N0} 个版本");
    }

    private static string Asked(EndpointFacts endpoint) => endpoint.DayRequests > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{endpoint.DayRequests:N0} requests in the last 24 hours, {endpoint.DayFailed:N0} without an answer")
        : "nobody has asked it in the last 24 hours";

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset? b) => b > a ? b.Value : a;

    private static int Days(DateTimeOffset from, DateTimeOffset to) => Math.Max(0, (int)(to - from).TotalDays);

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Short(string text) => text.Length <= 160 ? text : text[..159] + "…";
}
