using Platform.Engine;

namespace Platform.Server.Hosting;

/// <summary>What a serving process does.</summary>
internal sealed record ServerOptions
{
    /// <summary>Addresses to listen on, separated by semicolons. Port 0 takes a free one.</summary>
    public required string Urls { get; init; }

    /// <summary>Whether it runs tasks.</summary>
    public bool Worker { get; init; } = true;

    /// <summary>Whether it plans runs.</summary>
    public bool Scheduler { get; init; } = true;

    /// <summary>Queues that its worker takes.</summary>
    public IReadOnlyList<string> Queues { get; init; } = ["default"];

    /// <summary>Tasks at once; null is twice the cores, 4 to 16.</summary>
    public int? Concurrency { get; init; }

    /// <summary>How long its tasks may go on after it was told to stop; then they start again elsewhere.</summary>
    public TimeSpan Grace { get; init; } = new NodeOptions().StopGrace;

    /// <summary>Whether the first start generates the sample shop.</summary>
    public bool Sample { get; init; } = true;

    /// <summary>How long history stays.</summary>
    public Retention Retention { get; init; } = new();
}
