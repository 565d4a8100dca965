using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Activities.Enrich;
using Platform.Catalog.Glossary;
using Platform.Catalog.Inventory;
using Platform.Catalog.LanguageModel;
using Platform.Catalog.Review;
using Platform.Inventory.Cache;
using Platform.Inventory.Suggest;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Inventory;

/// <summary>Asks a language model what the assets of the run are, into the review queue.</summary>
[Activity("inventory.suggest", Title = "Suggest with a language model", TitleZh = "用语言模型提出建议", Stage = Stage.Inventory, Icon = "sparkles", Preview = PreviewSupport.Stops,
    Would = "ask a language model for suggestions, which costs money, and put them into the review queue", WouldZh = "向语言模型征求建议（会产生费用），并放入审核队列", Outputs = typeof(SuggestInventoryOutputs),
    Help = "Asks a language model of your choice for descriptions, semantic types, tags and glossary terms of the assets that the run profiled, and puts them into the review queue, where people confirm, correct or reject them; nothing else depends on it, and a model that is away, slow or refuses is a warning and no failure. It is told names, types and what columns hold; values only of columns with few different ones that are not personal, with personal data masked. Answers are kept by content, and tokens and cost are counted and limited.",
    HelpZh = "请您选择的语言模型为本次盘点的资产提出描述、语义类型、标签和术语建议，放入审核队列，由人确认、修改或拒绝；其他功能不依赖它；模型不可用、过慢或拒绝时只给出警告，任务不会失败。模型只看到名称、类型和列的语义；仅对取值少且非个人信息的列提供脱敏后的样例值。回答按内容缓存，token 和费用有计数和上限。",
    Example = "connection: llm\nlanguage: English")]
public sealed class SuggestInventory(Workspace workspace, InventoryCommands commands, ModelAnswerStore answers, SuggestionCommands suggestions, GlossaryQueries glossary, IConnections? connections = null) : IActivity
{
    // Part of every key: raise it when the instruction changes, and everything is asked anew.
    private const string Form = "asset-1";
    private const int TokensAnAsset = 3_000;

    // A language model does not say how sure it is in a way that can be trusted: its word ranks behind that of the rules.
    private const double Confidence = 0.5;

    [Field(Title = "Connection", TitleZh = "连接", Kind = FieldKind.Connection, Help = "A connection of the kind language-model.", HelpZh = "类型为 language-model 的连接。", Example = "llm")]
    public required string Connection { get; set; }

    [Field(Title = "Language", TitleZh = "语言", Help = "Language of the descriptions.", HelpZh = "描述使用的语言。", Options = ["English", "Chinese"])]
    public string Language { get; set; } = "English";

    [Field(Title = "Send values", TitleZh = "发送样例值", Help = "Whether values of columns with few different ones, none of them personal, are told, masked.", HelpZh = "是否发送取值少且非个人信息的列的脱敏样例值。")]
    public bool Values { get; set; } = true;

    [Field(Title = "Most assets", TitleZh = "资产数上限", Min = 1, Help = "Assets that are asked about in one run; the others come in the next.", HelpZh = "一次运行最多询问的资产数，其余下次再问。")]
    public int MostAssets { get; set; } = 200;

    [Field(Title = "Limits", TitleZh = "限额", Help = "Tokens and cost.", HelpZh = "token 和费用上限。")]
    public ModelLimits Limits { get; set; } = new();

    [Field(Title = "Time-out", TitleZh = "超时", Help = "Most time for one answer.", HelpZh = "单次回答的最长时间。", Min = 0.1, Max = 3600)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(120);

    [Field(Title = "Retries", TitleZh = "重试次数", Min = 0, Max = 20, Help = "More tries where the service is unavailable.", HelpZh = "服务不可用时的重试次数。")]
    public int Retries { get; set; } = 3;

    [Field(Title = "Retry delay", TitleZh = "重试间隔", Max = 60, Help = "Delay before the first retry; it doubles each time.", HelpZh = "首次重试前的等待，此后每次加倍。")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        Limits.Check();
        var runs = new InventoryRuns(Path.Combine(workspace.Home, "inventory"));
        var inventoryRun = await commands.BeginAsync(context.RunId, context.Workflow, [], cancellationToken);
        var snapshot = runs.Find(inventoryRun)
            ?? throw new ActivityException("not-found", $"Run {context.RunId} has profiled nothing to make suggestions of. Put tasks with the activities inventory.scan and inventory.profile before '{context.TaskId}'.", retryable: false);
        var model = await LanguageModel.FindAsync(Connection, connections, "inventory.suggest", Timeout, Retries, RetryDelay, cancellationToken);
        IReadOnlyList<string> terms = [.. (await glossary.ListAsync(null, cancellationToken)).Select(term => term.Name)];
        var system = AssetAnswer.Instruction(Language, terms);
        var assets = snapshot.Assets
            .Select(asset => (Asset: asset, Profile: snapshot.Profiles.GetValueOrDefault(asset.Key)))
            .Where(pair => pair.Profile is { Failure: null, Columns.Count: > 0 })
            .Select(pair => (pair.Asset, Question: AssetQuestion.About(pair.Asset, pair.Profile!, Values)))
            .Select(pair => (pair.Asset, pair.Question, Key: SHA256.HashData(Encoding.UTF8.GetBytes($"{Form}\n{model.Model}\n{system}\n{pair.Question.Text}"))))
            .ToList();
        var known = await answers.FindAsync([.. assets.Select(asset => asset.Key)], cancellationToken);
        var today = DateOnly.FromDateTime(context.Clock.GetUtcNow().UtcDateTime);
        var meter = new ModelMeter(Limits, await answers.TokensAsync(today, Connection, cancellationToken));
        meter.AddCached(known.Count);
        var result = new SuggestInventoryOutputs { Assets = assets.Count, Cached = known.Count };
        var asked = 0;
        string? away = null;
        try
        {
            for (var i = 0; i < assets.Count; i++)
            {
                var (asset, question, key) = assets[i];
                if (known.GetValueOrDefault(i) is not JsonObject answer)
                {
                    if (asked == MostAssets || meter.Spent is not null || away is not null)
                    {
                        result = result with { Open = result.Open + 1 };
                        continue;
                    }

                    asked++;
                    JsonObject? given;
                    try
                    {
                        given = await model.AskAsync(system, question.Text, TokensAnAsset, meter, context, cancellationToken);
                    }
                    catch (ActivityException e) when (e.Kind is "unavailable" or "refused")
                    {
                        // Nothing depends on a language model: the inventory is whole without it, and the next run asks again. The others would wait for the same.
                        context.Log.Warning(e.Message);
                        away = e.Message;
                        result = result with { Open = result.Open + 1, Unavailable = e.Message };
                        continue;
                    }

                    if (given is null)
                    {
                        context.Log.Warning($"The language model gave no usable answer about {asset.Name}.");
                        result = result with { Unusable = result.Unusable + 1 };
                        continue;
                    }

                    await answers.KeepAsync(model.Connection, model.Model, [new(key, given)], cancellationToken);
                    answer = given;
                }

                var read = AssetAnswer.Read(answer, question.Columns, terms);
                var outcome = await suggestions.ProposeAsync([.. read.Facts.Select(fact => Suggestion(fact, asset.Key, model.Model))], cancellationToken);
                result = result with { Answered = result.Answered + 1, Suggestions = result.Suggestions + outcome.New, MadeUp = result.MadeUp + read.MadeUp };
                context.Progress.Report(new ActivityProgress(i + 1, assets.Count, "assets"));
            }
        }
        finally
        {
            await answers.CountAsync(today, model.Connection, model.Model, meter.Use, CancellationToken.None);
        }

        var use = meter.Use;
        context.Facts.Add(new AssetRead(model.Asset, AssetKind.Endpoint, Location: $"{model.Model} at {model.Shown}"));
        context.Log.Info($"{result.Answered:N0} of {Plural.Of(result.Assets, "asset")} ({result.Cached:N0} known before): {result.Suggestions:N0} new suggestions to review; {result.MadeUp:N0} left out that name what there is not. {Plural.Of(use.Requests, "request")}, {Plural.Of(use.PromptTokens, "token")} sent, {use.CompletionTokens:N0} received{(use.Cost is { } cost ? $", cost {cost:N4}" : "")}.");
        if (result.Open > 0)
            context.Log.Warning($"{Plural.Of(result.Open, "asset")} {Plural.Word(result.Open, "was", "were")} not asked about: {(away is null ? null : "the language model does not answer") ?? meter.Spent ?? $"a run asks about {MostAssets:N0} at most"}. The next run goes on.");
        return ActivityResult.Success(result with { Requests = use.Requests, PromptTokens = use.PromptTokens, CompletionTokens = use.CompletionTokens, Cost = use.Cost is { } sum ? (double)sum : null });
    }

    private NewSuggestion Suggestion(SuggestedFact fact, string asset, string model) => new()
    {
        Kind = fact.Kind switch
        {
            SuggestedKind.Description => SuggestionKinds.Description,
            SuggestedKind.SemanticType => SuggestionKinds.SemanticType,
            SuggestedKind.Tag => SuggestionKinds.Tag,
            _ => SuggestionKinds.GlossaryTerm,
        },
        Asset = asset,
        Column = fact.Column,
        Value = JsonSerializer.SerializeToElement(fact.Value),
        Confidence = Confidence,
        Evidence = JsonSerializer.SerializeToElement(new { connection = Connection, model }),
        Source = "llm",
        SourceVersion = model,
    };
}

/// <summary>What <c>inventory.suggest</c> asked and suggested.</summary>
public sealed record SuggestInventoryOutputs
{
    /// <summary>Assets with a profile.</summary>
    public required int Assets { get; init; }

    /// <summary>Assets with an answer.</summary>
    public int Answered { get; init; }

    /// <summary>Answers that were known.</summary>
    public int Cached { get; init; }

    /// <summary>Suggestions that are new in the review queue.</summary>
    public int Suggestions { get; init; }

    /// <summary>Columns, types and terms that the model named and that there are not.</summary>
    public int MadeUp { get; init; }

    /// <summary>Assets without a usable answer.</summary>
    public int Unusable { get; init; }

    /// <summary>Assets that a limit, or a model that does not answer, left for the next run.</summary>
    public int Open { get; init; }

    /// <summary>Why the language model was asked no further: it is away, too slow, or refuses. Null where it answered. Answers that are known count all the same.</summary>
    public string? Unavailable { get; init; }

    public long Requests { get; init; }

    public long PromptTokens { get; init; }

    public long CompletionTokens { get; init; }

    /// <summary>In the currency of the prices; null without prices.</summary>
    public double? Cost { get; init; }
}
