using Platform.Catalog.OpenLineage;
using Platform.Engine.History;

namespace Platform.Server.Ports;

/// <summary>Tells the catalog what runs, over the engine's queries.</summary>
internal sealed class AttemptSource(AttemptFeed feed) : IAttemptSource
{
    public Task<long> HighestAsync(CancellationToken cancellationToken) => feed.HighestAsync(cancellationToken);

    public async Task<IReadOnlyList<AttemptSeen>> RunningAsync(CancellationToken cancellationToken) => Seen(await feed.RunningAsync(cancellationToken));

    public async Task<IReadOnlyList<AttemptSeen>> StoppedAsync(long after, CancellationToken cancellationToken) => Seen(await feed.StoppedAsync(after, cancellationToken));

    public async Task<IReadOnlyList<AttemptSeen>> FindAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken) => Seen(await feed.FindAsync(ids, cancellationToken));

    private static List<AttemptSeen> Seen(IReadOnlyList<FollowedAttempt> attempts) =>
    [
        .. attempts.Select(a => new AttemptSeen
        {
            Id = a.Id,
            RunId = a.RunId,
            Workflow = a.Workflow,
            TaskId = a.TaskId,
            MapIndex = a.MapIndex,
            Generation = a.Generation,
            Number = a.Number,
            State = a.State,
            StartedAt = a.StartedAt,
            EndedAt = a.EndedAt,
            Error = a.Error,
            IntervalStart = a.IntervalStart,
            IntervalEnd = a.IntervalEnd,
        }),
    ];
}
