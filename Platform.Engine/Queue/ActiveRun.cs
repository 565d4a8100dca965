using Platform.Engine.Definitions;

namespace Platform.Engine.Queue;

/// <summary>A run whose row this transaction holds locked, with the states of its tasks. Nobody else moves the run until the commit.</summary>
internal sealed class ActiveRun(long id, LoadedVersion version)
{
    private RunProgress? _progress;

    public long Id { get; } = id;

    public LoadedVersion Version { get; } = version;

    public required string Kind { get; init; }

    public required string State { get; set; }

    public required long? BackfillId { get; init; }

    public required DateTimeOffset? IntervalStart { get; init; }

    public required DateTimeOffset? IntervalEnd { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }

    /// <summary>Tasks that wait for the same task of the run before.</summary>
    public IReadOnlyList<string> PastWaits { get; init; } = [];

    /// <summary>The state it takes when its tasks have stopped, because somebody or its time-out asked for its end; null where nobody did.</summary>
    public required string? StopState { get; set; }

    /// <summary>One sentence for people, when the run ends.</summary>
    public string? Note { get; set; }

    /// <summary>States of its tasks. A version that cannot be read any more has none.</summary>
    public RunProgress? Progress => _progress ??= Version.Graph is { } graph ? new RunProgress(graph) { PastWaits = PastWaits } : null;

    /// <summary>Moves of waiting instances that <see cref="Settle"/> decided.</summary>
    public List<Released> Released { get; } = [];

    /// <summary>Whether <see cref="Settle"/> ended the run.</summary>
    public bool Ends { get; private set; }

    /// <summary>Decides what follows from the states as they are now: which instances are released, skipped or stopped, and whether the run has ended.</summary>
    public void Settle()
    {
        if (State != RunStates.Running)
            return;
        if (Progress is not { } progress)
        {
            // Its tasks are unknown: end it, so that it does not stay for ever.
            Ends = true;
            State = RunStates.Failed;
            Note = Version.Broken;
            return;
        }
        if (StopState is not null)
            Released.AddRange(progress.Stop(StopState == RunStates.Canceled ? "The run was canceled." : "The run took longer than its time-out."));
        else
            Released.AddRange(progress.Advance());
        if (!progress.Ended)
            return;
        Ends = true;
        State = StopState ?? progress.Outcome();
        Note ??= progress.Note(State);
    }
}
