using System.Text.Json.Nodes;
using Platform.Workflows.Activities;

namespace Platform.Workflows.Tests.Activities;

public enum WriteMode
{
    Append,
    ReplaceInterval,
}

public enum RuleKind
{
    Trim,
    DropNulls,
}

public sealed record Rule(string Column, RuleKind Kind, double? Limit = null)
{
    public IReadOnlyList<string> Words { get; init; } = ["a"];
}

public sealed record KitchenOutputs(long Rows, IReadOnlyList<string> Partitions, bool Changed);

[Activity("test.kitchen", Title = "Kitchen sink", TitleZh = "全部", Help = "Has a field of every type.", Stage = Stage.Clean, Outputs = typeof(KitchenOutputs))]
public sealed class KitchenActivity : IActivity
{
    [Field(Help = "Where it reads.", Kind = FieldKind.Path)]
    public required string Path { get; init; }

    [Field(Kind = FieldKind.Table, TableUse = TableUse.Writes)]
    public string Table { get; init; } = "raw.orders";

    [Field]
    public WriteMode Mode { get; init; } = WriteMode.ReplaceInterval;

    [Field(Min = 1, Max = 10)]
    public int Tries { get; init; } = 3;

    [Field]
    public long? Limit { get; init; }

    [Field]
    public double Share { get; init; } = 0.5;

    [Field]
    public decimal Price { get; init; } = 1.10m;

    [Field]
    public bool Header { get; init; } = true;

    [Field]
    public TimeSpan Pause { get; init; } = TimeSpan.FromMinutes(5);

    [Field]
    public DateOnly? Day { get; init; }

    [Field]
    public DateTimeOffset? Since { get; init; }

    [Field(Options = ["utf-8", "gbk"])]
    public string Encoding { get; init; } = "utf-8";

    [Field]
    public JsonNode? Anything { get; init; }

    [Field]
    public IReadOnlyList<string> Columns { get; init; } = [];

    [Field]
    public IReadOnlyDictionary<string, int> Weights { get; init; } = new Dictionary<string, int>();

    [Field]
    public Rule[] Rules { get; init; } = [];

    public string NotAField { get; init; } = "";

    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Task.FromResult(ActivityResult.Success());
}

[Activity("test.greet", Title = "Greet", Help = "Says hello.", Stage = Stage.Sample)]
public sealed class GreetActivity(TimeProvider clock, IFormatProvider? culture = null) : IActivity
{
    public TimeProvider Clock { get; } = clock;

    public IFormatProvider? Culture { get; } = culture;

    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Task.FromResult(ActivityResult.Success());
}

[Activity("test.odd", Title = "Odd", Help = "Has a field that YAML cannot write.", Stage = Stage.Sample)]
public sealed class OddActivity : IActivity
{
    [Field]
    public Stream? Stream { get; init; }

    [Field]
    public string ReadOnly { get; } = "";

    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Task.FromResult(ActivityResult.Success());
}

[Activity("test.greet", Title = "Greet again", Help = "Has a name that is taken.", Stage = Stage.Sample)]
public sealed class GreetAgainActivity : IActivity
{
    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) => Task.FromResult(ActivityResult.Success());
}

[Activity("Bad Name", Title = "Bad", Help = "Is no activity.", Stage = Stage.Sample)]
public sealed class NoActivity;

public sealed class Services(params object[] services) : IServiceProvider
{
    public object? GetService(Type serviceType) => services.FirstOrDefault(serviceType.IsInstanceOfType);
}
