using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Platform.Catalog.LanguageModel;
using Platform.Inventory.Personal;
using Platform.Tables;
using Platform.Workflows;
using Platform.Workflows.Activities;

namespace Platform.Activities.Enrich;

/// <summary>Fills new columns of a table with what a language model says of its texts.</summary>
[Activity("enrich.text", Title = "Enrich with a language model", TitleZh = "用语言模型补充列", Stage = Stage.Feature, Icon = "robot", Preview = PreviewSupport.Stops,
    Would = "send texts to a language model, which costs money, and write its answers into a table", WouldZh = "把文本发送给语言模型（会产生费用），并将其回答写入表", Outputs = typeof(EnrichTextOutputs),
    Help = "Puts texts of a table to a language model and writes the rows with new columns of its answers: topic, sentiment, tags, a translation. Personal data are masked before anything leaves; the same text is asked once and its answer kept; tokens and cost are counted and limited. A text without a usable answer gets nulls and stands in TABLE__rejected; when a limit is reached the rest gets nulls and is asked in the next run.",
    HelpZh = "将表中的文本提交给语言模型，并把回答写成新列（主题、情感、标签、译文等）。个人信息在发送前脱敏；相同文本只问一次并缓存；token 和费用有计数和上限。没有可用回答的行填空值并记入“表名__rejected”；达到上限时其余行留空，下次运行再问。",
    Example = "connection: llm\nfrom: clean.reviews\ntable: feature.review_topics\ntext: [review]\ninstruction: Say what each review of a shop is about.\noutputs:\n  - { name: topic, type: choice, choices: [size, quality, delivery, price, other] }\n  - { name: sentiment, type: number, help: from -1 (bad) to 1 (good) }")]
public sealed class EnrichText(TableStore tables, ModelAnswerStore answers, IConnections? connections = null) : IActivity
{
    private const string Inputs = "enrich_inputs";
    private const string Source = "enrich_source";
    private const string Answers = "enrich_answers";
    private const string Rejected = "enrich_rejected";

    [Field(Title = "Connection", TitleZh = "连接", Kind = FieldKind.Connection, Help = "A connection of the kind language-model.", HelpZh = "类型为 language-model 的连接。", Example = "llm")]
    public required string Connection { get; set; }

    [Field(Title = "From", TitleZh = "来源表", Kind = FieldKind.Table, TableUse = TableUse.Reads, Example = "clean.reviews")]
    public required string From { get; set; }

    [Field(Title = "Table", TitleZh = "目标表", Kind = FieldKind.Table, TableUse = TableUse.Writes, Example = "feature.review_topics")]
    public required string Table { get; set; }

    [Field(Title = "Text columns", TitleZh = "文本列", Kind = FieldKind.Columns, NotEmpty = true, Help = "What the model sees of a row.", HelpZh = "模型能看到的列。", Example = "[review]")]
    public required IReadOnlyList<string> Text { get; set; }

    [Field(Title = "Instruction", TitleZh = "指令", Help = "What the model is to do, in a sentence or two.", HelpZh = "用一两句话说明模型要做什么。", Example = "Say what each review of a shop is about.")]
    public required string Instruction { get; set; }

    [Field(Title = "New columns", TitleZh = "新列", NotEmpty = true, Help = "What it fills.", HelpZh = "由模型填写的列。")]
    public required IReadOnlyList<EnrichOutput> Outputs { get; set; }

    [Field(Title = "Mode", TitleZh = "写入方式", Help = "Replace the rows of the run's interval, replace all, or append.", HelpZh = "替换运行区间内的行、全部替换或追加。")]
    public TableMode Mode { get; set; } = TableMode.Replace;

    [Field(Title = "Time column", TitleZh = "时间列", Kind = FieldKind.Column, Help = "With replace-interval: the column by which rows belong to the interval. Left out: the rows that were written for this interval.", HelpZh = "replace-interval 时按此列判断行所属区间；留空则取为该区间写入的行。")]
    public string? Time { get; set; }

    [Field(Title = "Mask personal data", TitleZh = "个人信息脱敏", Help = "Replaces names, addresses, numbers of phones, cards and identities inside the texts by their kind before they leave.", HelpZh = "发送前将文本中的姓名、地址、电话、卡号、证件号等替换为类别。")]
    public bool Mask { get; set; } = true;

    [Field(Title = "Most texts", TitleZh = "文本数上限", Min = 1, Help = "Different texts that are asked in one run.", HelpZh = "一次运行最多询问的不同文本数。")]
    public int MostTexts { get; set; } = 10_000;

    [Field(Title = "Longest text", TitleZh = "文本长度上限", Min = 10, Max = 100_000, Help = "Characters of a column that are sent; the rest is cut off.", HelpZh = "每列发送的最多字符数，超出截断。")]
    public int MostCharacters { get; set; } = 2_000;

    [Field(Title = "Texts a request", TitleZh = "每次请求的文本数", Min = 1, Max = 100)]
    public int Batch { get; set; } = 10;

    [Field(Title = "Requests at once", TitleZh = "并发请求数", Min = 1, Max = 32)]
    public int Parallel { get; set; } = 2;

    [Field(Title = "Limits", TitleZh = "限额", Help = "Tokens and cost.", HelpZh = "token 和费用上限。")]
    public ModelLimits Limits { get; set; } = new();

    [Field(Title = "Time-out", TitleZh = "超时", Help = "Most time for one answer.", HelpZh = "单次回答的最长时间。", Min = 0.1, Max = 3600)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    [Field(Title = "Retries", TitleZh = "重试次数", Min = 0, Max = 20, Help = "More tries where the service is unavailable.", HelpZh = "服务不可用时的重试次数。")]
    public int Retries { get; set; } = 3;

    [Field(Title = "Retry delay", TitleZh = "重试间隔", Max = 60, Help = "Delay before the first retry; it doubles each time.", HelpZh = "首次重试前的等待，此后每次加倍。")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Failures.RunAsync(async () =>
    {
        Limits.Check();
        using var task = new TableTask(tables, context, Table, Mode);
        var from = new SourceRows(TableTask.ParseName(From), Mode, Time);
        var snapshot = from.Expose(task.Session, context.Interval);
        var text = Text.Select(name => snapshot.Columns.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.OrdinalIgnoreCase))?.Name
            ?? throw new ActivityException("bad-input", $"Table '{From}' has no column '{name}'. It has {string.Join(", ", snapshot.Columns.Select(column => column.Name))}.", retryable: false)).Distinct().ToList();
        EnrichOutput.Check(Outputs, snapshot.Columns);
        var model = await LanguageModel.FindAsync(Connection, connections, "enrich.text", Timeout, Retries, RetryDelay, cancellationToken);

        var rows = Read(task, from, text, cancellationToken);
        var questions = new RowQuestions(Instruction, Outputs);
        var meter = new ModelMeter(Limits, await answers.TokensAsync(Today(context), Connection, cancellationToken));
        var work = new EnrichRows(model, questions, answers, meter, context) { Batch = Batch, Parallel = Parallel };
        EnrichedRows done;
        try
        {
            done = await work.RunAsync(rows, cancellationToken);
        }
        finally
        {
            // What was asked is counted also where the task fails.
            await answers.CountAsync(Today(context), model.Connection, model.Model, meter.Use, CancellationToken.None);
        }

        return Write(task, text, questions, model, meter, rows.Count, done, cancellationToken);
    }, cancellationToken);

    private static DateOnly Today(ActivityContext context) => DateOnly.FromDateTime(context.Clock.GetUtcNow().UtcDateTime);

    /// <summary>Different texts in a fixed order, as the model may see them.</summary>
    private List<JsonObject> Read(TableTask task, SourceRows from, List<string> text, CancellationToken cancellationToken)
    {
        var columns = string.Join(", ", text.Select(SqlText.Identifier));
        var some = string.Join(" or ", text.Select(column => $"trim(cast({SqlText.Identifier(column)} as varchar)) <> ''"));
        task.Session.Execute($"create or replace temp table {Source} as {from.Select}", from.Time is null || Mode != TableMode.ReplaceInterval ? null : SqlTask.Parameters(task.Context, "$interval_start"), cancellationToken);
        task.Session.Execute($"create or replace temp table {Inputs} as select row_number() over (order by {columns}) - 1 as enrich_row, * from (select distinct {columns} from {Source} where {some})", null, cancellationToken);
        var shown = string.Join(", ", text.Select(column => $"cast({SqlText.Identifier(column)} as varchar)"));
        var rows = new List<JsonObject>();
        foreach (var row in task.Session.Query($"select {shown} from {Inputs} where enrich_row < {MostTexts} order by enrich_row", null, cancellationToken).Rows)
        {
            var shownRow = new JsonObject();
            for (var i = 0; i < text.Count; i++)
                shownRow[text[i]] = row[i] is string value ? Shown(value) : null;
            rows.Add(shownRow);
        }

        return rows;
    }

    private string Shown(string value)
    {
        // Masked before it is cut: a number that is cut in two would not be known any more.
        var masked = Mask ? PersonalFinder.Mask(value) : value;
        return masked.Length <= MostCharacters ? masked : masked[..MostCharacters];
    }

    private ActivityResult Write(TableTask task, List<string> text, RowQuestions questions, LanguageModel model, ModelMeter meter, int asked, EnrichedRows done, CancellationToken cancellationToken)
    {
        var session = task.Session;
        session.Execute($"create or replace temp table {Answers} (enrich_row bigint{string.Concat(Outputs.Select(output => $", {SqlText.Identifier(output.Name)} {output.SqlType}"))})", null, cancellationToken);
        using (var appender = session.Connection.Append(Answers))
        {
            foreach (var (row, answer) in done.Answers.OrderBy(pair => pair.Key))
                appender.AddRow([(long)row, .. questions.Values(answer)]);
            appender.Complete();
        }

        session.Execute($"create or replace temp table {Rejected} (enrich_row bigint, reason varchar)", null, cancellationToken);
        using (var appender = session.Connection.Append(Rejected))
        {
            foreach (var (row, reason) in done.Rejected.OrderBy(pair => pair.Key))
                appender.AddRow((long)row, reason);
            appender.Complete();
        }

        var same = string.Join(" and ", text.Select(column => $"s.{SqlText.Identifier(column)} is not distinct from i.{SqlText.Identifier(column)}"));
        var select = $"select s.*{string.Concat(Outputs.Select(output => $", a.{SqlText.Identifier(output.Name)}"))} from {Source} s left join {Inputs} i on {same} left join {Answers} a on a.enrich_row = i.enrich_row";
        var rejected = $"select {SqlText.Literal(From)} as file, r.enrich_row + 1 as line, {SqlText.Literal(string.Join(", ", text))} as \"column\", r.reason, cast(i.{SqlText.Identifier(text[0])} as varchar) as raw from {Rejected} r join {Inputs} i using (enrich_row)";
        var rejectedTable = task.CommitRejected(rejected, done.Rejected.Count, cancellationToken);

        var use = meter.Use;
        var open = asked - done.Answers.Count - done.Rejected.Count;
        task.Facts.Add(new AssetRead(model.Asset, AssetKind.Endpoint, Location: $"{model.Model} at {model.Shown}"));
        task.Facts.Add(new ColumnsDerived(task.Target.ToString(),
        [
            .. session.Query($"select * from {Source} limit 0", null, cancellationToken).Columns.Select(column => new ColumnEdge(From, column.Name, column.Name, ColumnEdgeKind.Identity)),
            .. Outputs.SelectMany(output => text.Select(column => new ColumnEdge(From, column, output.Name, ColumnEdgeKind.Transformation))),
        ]));
        task.Measure("model_tokens", use.PromptTokens + use.CompletionTokens);
        task.Measure("model_requests", use.Requests);
        if (use.Cost is { } cost)
            task.Measure("model_cost", (double)cost);
        task.Context.Log.Info($"{asked:N0} different texts: {done.Answers.Count:N0} answered ({use.Cached:N0} known before), {done.Rejected.Count:N0} without a usable answer, {open:N0} not asked. {Plural.Of(use.Requests, "request")}, {Plural.Of(use.PromptTokens, "token")} sent, {use.CompletionTokens:N0} received{(use.Cost is { } money ? $", cost {money:N4}" : "")}.");
        if (done.Rejected.Count > 0)
            task.Context.Log.Warning($"{Plural.Of(done.Rejected.Count, "text")} {Plural.Word(done.Rejected.Count, "has", "have")} no values and {Plural.Word(done.Rejected.Count, "stands", "stand")} in '{rejectedTable}' with the reason. Most often: {done.Rejected.Values.GroupBy(reason => reason).MaxBy(group => group.Count())!.Key}");
        if (done.Spent is { } spent)
            task.Context.Log.Warning($"Asking ended early: {spent}. {Plural.Of(open, "text")} {Plural.Word(open, "has", "have")} no values yet; run the task again when there is room, or raise 'limits'.");
        var outputs = new EnrichTextOutputs
        {
            Texts = asked,
            Answered = done.Answers.Count,
            Cached = (int)use.Cached,
            Rejected = done.Rejected.Count,
            RejectedTable = rejectedTable,
            Open = open,
            Requests = use.Requests,
            PromptTokens = use.PromptTokens,
            CompletionTokens = use.CompletionTokens,
            Cost = use.Cost is { } sum ? (double)sum : null,
        };
        return ActivityResult.Success(task.Commit(new TableWrite { Table = task.Target, SelectSql = select, AllowNewColumns = true }, outputs, cancellationToken));
    }
}

/// <summary>What <c>enrich.text</c> gives downstream.</summary>
public sealed record EnrichTextOutputs : TableOutputs
{
    /// <summary>Different texts, up to the most that are asked.</summary>
    public required int Texts { get; init; }

    public required int Answered { get; init; }

    /// <summary>Answers that were known.</summary>
    public required int Cached { get; init; }

    /// <summary>Texts without a usable answer.</summary>
    public required int Rejected { get; init; }

    /// <summary>The table that holds them; null where there is none.</summary>
    public string? RejectedTable { get; init; }

    /// <summary>Texts that a limit left for the next run.</summary>
    public required int Open { get; init; }

    public required long Requests { get; init; }

    public required long PromptTokens { get; init; }

    public required long CompletionTokens { get; init; }

    /// <summary>In the currency of the prices; null without prices.</summary>
    public double? Cost { get; init; }
}
