using Platform.Workflows.Activities;

namespace HelloActivity;

[Activity("sample.hello", Title = "Say hello", Help = "Greets someone.", Stage = Stage.Sample, Outputs = typeof(Greeting))]
public sealed class Hello : IActivity
{
    [Field(Help = "Whom to greet.")]
    public required string Name { get; set; }

    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken) =>
        Task.FromResult(ActivityResult.Success(new Greeting($"Hello, {Name}!")));
}

public sealed record Greeting(string Text);
