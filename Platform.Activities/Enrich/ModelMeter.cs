using Platform.Catalog.LanguageModel;

namespace Platform.Activities.Enrich;

/// <summary>Counts what an attempt asks of a language model and says when its limits are reached. For several threads.</summary>
internal sealed class ModelMeter(ModelLimits limits, long tokensToday)
{
    private readonly Lock _lock = new();
    private long _requests;
    private long _cached;
    private long _prompt;
    private long _completion;

    /// <summary>Why nothing more may be asked; null where there is room.</summary>
    public string? Spent
    {
        get
        {
            lock (_lock)
            {
                var tokens = _prompt + _completion;
                if (tokens >= limits.Tokens)
                    return $"the {limits.Tokens:N0} tokens of a run are used up";
                if (tokensToday + tokens >= limits.TokensADay)
                    return $"the {limits.TokensADay:N0} tokens of a day are used up";
                return limits.Cost is { } most && CostOf(_prompt, _completion) is { } cost && cost >= (decimal)most ? $"the cost of a run has reached {most:N2}" : null;
            }
        }
    }

    /// <summary>What was asked so far.</summary>
    public ModelUse Use
    {
        get
        {
            lock (_lock)
                return new ModelUse(_requests, _cached, _prompt, _completion, CostOf(_prompt, _completion));
        }
    }

    public void Add(long requests, long promptTokens, long completionTokens)
    {
        lock (_lock)
        {
            _requests += requests;
            _prompt += promptTokens;
            _completion += completionTokens;
        }
    }

    public void AddCached(long answers)
    {
        lock (_lock)
            _cached += answers;
    }

    private decimal? CostOf(long prompt, long completion) =>
        limits is { PriceIn: { } priceIn, PriceOut: { } priceOut } ? (((decimal)priceIn * prompt) + ((decimal)priceOut * completion)) / 1_000_000m : null;
}
