using Platform.Workflows.Activities;

namespace Platform.Activities.Enrich;

/// <summary>How much a task may ask of a language model. A limit ends the asking, not the task: what was not asked stays open for the next run.</summary>
public sealed record ModelLimits
{
    [Field(Title = "Tokens a run", TitleZh = "每次运行的 token 上限", Min = 1, Help = "Tokens sent and received by one attempt of the task.", HelpZh = "任务一次尝试发送和接收的 token 总数。")]
    public long Tokens { get; init; } = 500_000;

    [Field(Title = "Tokens a day", TitleZh = "每日 token 上限", Min = 1, Help = "Tokens of the connection over all tasks in a day (UTC).", HelpZh = "该连接全部任务每天（UTC）的 token 总数。")]
    public long TokensADay { get; init; } = 5_000_000;

    [Field(Title = "Cost a run", TitleZh = "每次运行的费用上限", Min = 0, Help = "In the currency of the prices; needs them. Left out: no limit.", HelpZh = "以价格的货币计；需要填写价格。留空则不限。")]
    public double? Cost { get; init; }

    [Field(Title = "Price of a million tokens sent", TitleZh = "每百万输入 token 价格", Min = 0)]
    public double? PriceIn { get; init; }

    [Field(Title = "Price of a million tokens received", TitleZh = "每百万输出 token 价格", Min = 0)]
    public double? PriceOut { get; init; }

    /// <exception cref="ActivityException">A limit of cost without prices.</exception>
    internal void Check()
    {
        if (Cost is not null && (PriceIn is null || PriceOut is null))
            throw new ActivityException("bad-input", "'limits' has a cost and lacks the prices to count it. Give price_in and price_out, the prices of a million tokens.", retryable: false);
    }
}
