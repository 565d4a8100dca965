using System.Globalization;
using Platform.Activities.Train;
using Platform.Catalog.Models;
using Platform.Learning.Serving;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Deploy;

/// <summary>Lets a candidate through the gate and puts it into service.</summary>
[Activity("deploy.model", Title = "Deploy a model", TitleZh = "部署模型", Stage = Stage.Deploy, Icon = "rocket", Preview = PreviewSupport.Stops,
    Would = "put a version of a model in service", WouldZh = "将模型版本投入服务", Outputs = typeof(DeployModelOutputs),
    Help = "Compares a trained version with popularity and with the version in service, and makes it the champion, which POST /api/v1/models/{name}/score and score.batch answer from. A version that is worse beyond its 95 % interval, or was never measured, is not deployed; the version in service stays.",
    HelpZh = "将训练好的版本与热门榜及在役版本比较，通过后设为在役版本，由 POST /api/v1/models/{name}/score 和 score.batch 使用。若在 95% 置信区间之外更差，或从未评估，则不部署，保留在役版本。",
    Example = "model: shop-recommender\nversion: \"{{ tasks.train.outputs.version }}\"")]
public sealed class DeployModel(ModelRegistry registry) : IActivity
{
    [Field(Title = "Model", TitleZh = "模型", Kind = FieldKind.Model, Help = "Name of the model.", Example = "shop-recommender")]
    public required string Model { get; set; }

    [Field(Title = "Version", TitleZh = "版本", Min = 1, Help = "Version to deploy. Left out: the newest.")]
    public int? Version { get; set; }

    [Field(Title = "Endpoint", TitleZh = "端点", Help = "Name of the endpoint. Left out: the model's name.")]
    public string? Endpoint { get; set; }

    [Field(Title = "Gate", TitleZh = "门禁", Help = "What the version is compared with: popularity, the champion, both, or nothing.")]
    public DeployGate Gate { get; set; } = DeployGate.PopularityAndChampion;

    [Field(Title = "If it was never measured", TitleZh = "未评估时", Help = "allow puts a version without measured values (too little data to hold out) into service where no version is; refuse does not. It never takes the place of a version in service, unless gate is none.")]
    public Unmeasured Unmeasured { get; set; } = Unmeasured.Allow;

    [Field(Title = "If it is refused", TitleZh = "被拒绝时", Help = "keep ends well and leaves the champion, skip skips what follows, fail fails the task.")]
    public OnRefused OnRefused { get; set; } = OnRefused.Keep;

    /// <inheritdoc/>
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Failures.RunAsync(async () =>
    {
        ModelName.Check(Model, "model");
        var endpoint = string.IsNullOrWhiteSpace(Endpoint) ? Model : Endpoint;
        ModelName.Check(endpoint, "endpoint");
        var candidate = await CandidateAsync(cancellationToken);
        var champion = await registry.FindAsync(Model, version: null, cancellationToken);
        // A candidate whose files are missing or broken stops here, with the words of the folder.
        ModelFolder.ReadCard(candidate.Location);
        var verdict = champion?.Version == candidate.Version ? GateVerdict.Passed(new Told("it is the champion already", "已是在役版本")) : ModelGate.Judge(candidate, champion, Gate, Unmeasured);
        context.Facts.Add(new AssetRead($"model:{Model}", AssetKind.Model, candidate.Version, Location: candidate.Location));
        context.Facts.Add(CheckResult.Of($"model:{Model}", null, "deployment gate", new Told("Deployment", "部署"), verdict.Passes, verdict.Observed, verdict.Expected, verdict.Unmeasured ? "warning" : "critical"));
        return verdict.Passes
            ? await DeployAsync(context, candidate, endpoint, verdict, cancellationToken)
            : Refused(context, candidate, champion, endpoint, verdict);
    }, cancellationToken);

    private async Task<ActivityResult> DeployAsync(ActivityContext context, ModelVersionRow candidate, string endpoint, GateVerdict verdict, CancellationToken cancellationToken)
    {
        var task = new TaskKey(context.RunId, context.Workflow, context.TaskId, context.MapIndex, context.Generation);
        var promotion = await registry.PromoteAsync(Model, candidate.Version, verdict.Observed.En, $"workflow {context.Workflow}", task, cancellationToken);
        await registry.DeployEndpointAsync(endpoint, Model, cancellationToken);
        context.Log.Info(promotion.Changed
            ? $"Version {candidate.Version} of {Model} is in service at /api/v1/models/{endpoint}/score{(promotion.FromVersion is { } from ? $", in place of version {from}" : "")}: {verdict.Observed}."
            : $"Version {promotion.ToVersion} of {Model} was already in service.");
        context.Facts.Add(new AssetWritten($"endpoint:{endpoint}", AssetKind.Endpoint, candidate.Version, "deploy", Location: $"/api/v1/models/{endpoint}/score"));
        context.Facts.Add(new AssetDerived($"endpoint:{endpoint}", $"model:{Model}"));
        return ActivityResult.Success(new DeployModelOutputs
        {
            Model = Model,
            Version = candidate.Version,
            Endpoint = endpoint,
            Deployed = true,
            Champion = candidate.Version,
            Previous = promotion.FromVersion,
            Reason = verdict.Observed.En,
        });
    }

    private ActivityResult Refused(ActivityContext context, ModelVersionRow candidate, ModelVersionRow? champion, string endpoint, GateVerdict verdict)
    {
        var reason = $"Version {candidate.Version} of {Model} is not deployed: {verdict.Observed}, where {verdict.Expected} is asked for.";
        switch (OnRefused)
        {
            case OnRefused.Fail:
                throw new ActivityException("refused", $"{reason} Look at its metrics on the page Models, or set gate to none to deploy it all the same.", retryable: false);
            case OnRefused.Skip:
                return ActivityResult.Skipped(reason);
            default:
                context.Log.Warning($"{reason} {(champion is null ? "No version is in service." : $"Version {champion.Version} stays in service.")}");
                return ActivityResult.Success(new DeployModelOutputs
                {
                    Model = Model,
                    Version = candidate.Version,
                    Endpoint = endpoint,
                    Deployed = false,
                    Champion = champion?.Version,
                    Previous = champion?.Version,
                    Reason = verdict.Observed.En,
                });
        }
    }

    private async Task<ModelVersionRow> CandidateAsync(CancellationToken cancellationToken)
    {
        if (Version is { } asked)
            return await registry.FindAsync(Model, asked, cancellationToken) ?? throw Missing();
        return await registry.VersionsAsync(Model, 1, cancellationToken) is [var newest, ..] ? newest : throw Missing();

        ActivityException Missing() => new(
            "not-found",
            Version is { } version
                ? $"Model '{Model}' has no version {version.ToString(CultureInfo.InvariantCulture)}. Look at the page Models for its versions."
                : $"There is no model '{Model}'. Train it first with train.recommender.",
            retryable: false);
    }
}

/// <summary>What a version must not be worse than.</summary>
public enum DeployGate
{
    PopularityAndChampion,
    Popularity,
    Champion,
    None,
}

/// <summary>What to do with a version without measured values where none is in service.</summary>
public enum Unmeasured
{
    Allow,
    Refuse,
}

/// <summary>What to do when the gate refuses.</summary>
public enum OnRefused
{
    Keep,
    Skip,
    Fail,
}

/// <summary>What <c>deploy.model</c> did.</summary>
public sealed record DeployModelOutputs
{
    public required string Model { get; init; }

    /// <summary>The version that stood at the gate.</summary>
    public required int Version { get; init; }

    public required string Endpoint { get; init; }

    /// <summary>Whether it is in service now.</summary>
    public required bool Deployed { get; init; }

    /// <summary>The version in service now; null where none is.</summary>
    public required int? Champion { get; init; }

    /// <summary>The version in service before; null where none was.</summary>
    public required int? Previous { get; init; }

    /// <summary>What was seen at the gate.</summary>
    public required string Reason { get; init; }
}
