using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Platform.Learning;
using Platform.Learning.Serving;
using Platform.Workflows.Activities;

namespace Platform.Inventory.Scan;

/// <summary>Makes assets of the platform's own models and endpoints, and looks whether their files are there.</summary>
/// <param name="include">Globs; those that begin with <c>model:</c> or <c>endpoint:</c> choose among them, others are meant for data. Without any, all are taken.</param>
/// <param name="exclude">Globs to leave out, in the same form.</param>
public sealed class ModelScanner(IReadOnlyList<string> include, IReadOnlyList<string> exclude)
{
    private const string ModelPrefix = "model:";
    private const string EndpointPrefix = "endpoint:";

    /// <summary>Whether a glob chooses models or endpoints and says nothing of data.</summary>
    public static bool IsForModels(string glob) => glob.StartsWith(ModelPrefix, StringComparison.Ordinal) || glob.StartsWith(EndpointPrefix, StringComparison.Ordinal);

    /// <summary>The models.</summary>
    /// <param name="models">Names, folders (null without a version) and facts.</param>
    public ScanResult Models(IEnumerable<(string Name, string? Folder, ModelFacts Facts)> models)
    {
        var all = models.ToList();
        var taken = all.Where(model => Takes(ModelPrefix, model.Name)).Select(model => Model(model.Name, model.Folder, model.Facts)).ToList();
        return new ScanResult { Source = InventoryScanner.OwnModels, Assets = taken, Hidden = all.Count - taken.Count };
    }

    /// <summary>The endpoints.</summary>
    /// <param name="endpoints">Names, folders of the version that answers (null without one) and facts.</param>
    public ScanResult Endpoints(IEnumerable<(string Name, string? Folder, EndpointFacts Facts)> endpoints)
    {
        var all = endpoints.ToList();
        var taken = all.Where(endpoint => Takes(EndpointPrefix, endpoint.Name)).Select(endpoint => Endpoint(endpoint.Name, endpoint.Folder, endpoint.Facts)).ToList();
        return new ScanResult { Source = InventoryScanner.OwnEndpoints, Assets = taken, Hidden = all.Count - taken.Count };
    }

    private static FoundAsset Model(string name, string? folder, ModelFacts facts)
    {
        var (bytes, files, problem) = Examine(folder);
        var repeated = facts.Features.GroupBy(feature => feature.Column, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet(StringComparer.Ordinal);
        return new FoundAsset
        {
            Key = ModelPrefix + name,
            Kind = AssetKind.Model,
            Name = name,
            Source = InventoryScanner.OwnModels,
            Group = InventoryScanner.OwnModels,
            Format = "onnx",
            // A model without a version is only a name so far.
            Condition = problem is null ? AssetCondition.Readable : AssetCondition.Broken,
            Reason = problem,
            Location = folder,
            Version = facts.ChampionVersion ?? facts.LatestVersion,
            Bytes = bytes,
            Modified = facts.TrainedAt,
            // Two tables may both have the column.
            Columns = [.. facts.Features.Select(feature => new DeclaredColumn(repeated.Contains(feature.Column) ? $"{feature.Table}.{feature.Column}" : feature.Column, feature.Type ?? "feature", true, true, null)).DistinctBy(column => column.Name)],
            Model = facts,
            Fingerprint = Fingerprint($"{ModelPrefix}{name}\n{facts.Versions}\n{facts.LatestVersion}\n{facts.ChampionVersion}\n{folder}\n{files}"),
        };
    }

    private static FoundAsset Endpoint(string name, string? folder, EndpointFacts facts)
    {
        var (_, files, problem) = Examine(folder);
        return new FoundAsset
        {
            Key = EndpointPrefix + name,
            Kind = AssetKind.Endpoint,
            Name = name,
            Source = InventoryScanner.OwnEndpoints,
            Group = InventoryScanner.OwnEndpoints,
            Format = "http",
            Condition = folder is null || problem is not null ? AssetCondition.Broken : AssetCondition.Readable,
            Reason = folder is null ? $"No version of the model '{facts.Model}' is in service, so every request fails. Deploy one with the activity deploy.model." : problem,
            Location = $"/api/v1/models/{name}/score",
            Version = facts.Version,
            Modified = facts.DeployedAt,
            Endpoint = facts,
            Fingerprint = Fingerprint(string.Create(CultureInfo.InvariantCulture, $"{EndpointPrefix}{name}\n{facts.Model}\n{facts.Version}\n{files}")),
        };
    }

    private static (long? Bytes, string Files, string? Problem) Examine(string? folder)
    {
        if (folder is null)
            return (null, "", null);
        try
        {
            ModelFolder.ReadCard(folder);
            var files = new DirectoryInfo(folder).EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal).ToList();
            var listed = string.Join('\n', files.Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.Name} {file.Length}")));
            return files.FirstOrDefault(file => file.Name == ExportedModel.ModelFile) is { Length: > 0 }
                ? (files.Sum(file => file.Length), listed, null)
                : (files.Sum(file => file.Length), listed, $"There is no model in '{folder}': {ExportedModel.ModelFile} is missing or empty. Train it again, or deploy another version.");
        }
        catch (LearningException problem)
        {
            return (null, problem.Message, problem.Message);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return (null, problem.Message, $"The folder '{folder}' cannot be read: {problem.Message}");
        }
    }

    private static string Fingerprint(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    private bool Takes(string prefix, string name)
    {
        var chosen = include.Where(glob => glob.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        return (chosen.Count == 0 || chosen.Any(glob => Matches(glob, prefix + name))) && !exclude.Where(glob => glob.StartsWith(prefix, StringComparison.Ordinal)).Any(glob => Matches(glob, prefix + name));
    }

    private static bool Matches(string glob, string key) =>
        Regex.IsMatch(key, $"^{Regex.Escape(glob.Trim()).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal)}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
}
