using System.Text.Json;
using Npgsql;
using Platform.Catalog.Projection;
using Platform.Postgres.Events;
using Platform.Testing;
using Platform.Workflows.Activities;

namespace Platform.Catalog.Tests;

/// <summary>A database with the catalog's schema, a projector, and events as the engine writes them.</summary>
public sealed class CatalogFixture : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();
    private DateTimeOffset _time = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public NpgsqlDataSource DataSource => _postgres.DataSource;

    public LineageProjector Projector { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync(typeof(LineageProjector).Assembly);
        Projector = new LineageProjector(DataSource, TimeProvider.System);
    }

    public Task DisposeAsync() => _postgres.DisposeAsync();

    /// <summary>Appends the end of a task with its facts, a minute after the one before, and projects it.</summary>
    public async Task EndTaskAsync(string task, long run, params Fact[] facts) => await EndTaskAsync(task, run, attempt: 1, facts);

    public async Task EndTaskAsync(string task, long run, int attempt, params Fact[] facts)
    {
        await AppendAsync(task, run, attempt, facts);
        await Projector.DrainAsync(CancellationToken.None);
    }

    public async Task AppendAsync(string task, long run, int attempt, params Fact[] facts)
    {
        _time += TimeSpan.FromMinutes(1);
        var ended = new TaskEnded
        {
            RunId = run,
            Workflow = "shop",
            TaskId = task,
            State = "success",
            Attempt = attempt,
            Ended = _time,
            Facts = JsonSerializer.SerializeToElement<IReadOnlyList<Fact>>(facts, Fact.Json),
        };
        await AppendAsync(new OutboxEvent(TaskEnded.EventType, $"{run}/{task}/-1", JsonSerializer.Serialize(ended, Fact.Json)));
    }

    /// <summary>Appends the end of an attempt as it is, without projecting it.</summary>
    public Task AppendAsync(TaskEnded ended, params Fact[] facts) => AppendAsync(new OutboxEvent(TaskEnded.EventType, $"{ended.RunId}/{ended.TaskId}/{ended.MapIndex}",
        JsonSerializer.Serialize(ended with { Facts = JsonSerializer.SerializeToElement<IReadOnlyList<Fact>>(facts, Fact.Json) }, Fact.Json)));

    public async Task AppendAsync(OutboxEvent e)
    {
        await using var connection = await DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await Outbox.AppendAsync(connection, transaction, [e], CancellationToken.None);
        await transaction.CommitAsync();
    }
}
