using System.Text.Json.Nodes;

namespace Platform.Workflows.Activities;

/// <summary>
/// What a deferred attempt waits for. It needs at least one of <see cref="Until"/>, <see cref="Delay"/> and <see cref="Event"/>; the first of them that comes resumes it:
/// the activity is made anew and runs again in the same attempt, with <see cref="ActivityContext.Resumed"/>. Meanwhile no worker and no lease is held.
/// </summary>
public sealed record Deferral
{
    /// <summary>Resume at this time by the database's clock; null is no such time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Resume after this time by the database's clock, at least 100 ms; null is no such time.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>Resume when this event is signalled, also where that happened before; null waits for none. Unique for what is waited for: <c>run/123</c>.</summary>
    public string? Event { get; init; }

    /// <summary>What the activity needs when it is resumed, 16 KiB of JSON at most; null is nothing. It is stored as it is: no secrets.</summary>
    public JsonObject? State { get; init; }

    /// <summary>What it waits for, in a sentence for people; null says nothing.</summary>
    public string? Waits { get; init; }

    /// <summary>A question that a person answers on the run's page or with <c>./platform approve</c>; null asks nobody.</summary>
    public Question? Question { get; init; }
}

/// <summary>A question to people.</summary>
/// <param name="Message">What is asked.</param>
/// <param name="Who">Names of users, or roles, that may answer; empty is everybody who may change runs.</param>
public sealed record Question(string Message, IReadOnlyList<string> Who);

/// <summary>What an attempt finds that was deferred and goes on.</summary>
public sealed record Resumption
{
    /// <summary>What the deferral kept; null where it kept nothing.</summary>
    public JsonObject? State { get; init; }

    /// <summary>When the attempt was deferred first, by the database's clock.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Time since then, by the database's clock.</summary>
    public required TimeSpan Waited { get; init; }

    /// <summary>How often the attempt was resumed, this time included.</summary>
    public int Times { get; init; } = 1;

    /// <summary>What came with the event; null where the event has not come.</summary>
    public JsonObject? Signal { get; init; }
}
