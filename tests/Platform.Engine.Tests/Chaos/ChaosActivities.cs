using System.Globalization;
using Dapper;
using Npgsql;
using Platform.Tables;
using Platform.Workflows.Activities;

namespace Platform.Engine.Tests.Chaos;

/// <summary>Where the tasks leave their effects: a table of PostgreSQL, by a connection that no fault touches unless the test wants it, and a folder of Delta tables.</summary>
public sealed class ChaosEffects(NpgsqlDataSource database, TableStore? tables) : IAsyncDisposable
{
    public const string Schema = """
        create table if not exists chaos_row (
            key text primary key, run_id bigint not null, task_id text not null, generation integer not null, attempt integer not null, process integer not null,
            -- Writes of the same key that came later and changed nothing.
            refused integer not null default 0, refused_process integer
        );
        -- Work that has begun and does not listen.
        create table if not exists chaos_begun (run_id bigint not null, attempt integer not null)
        """;

    public TableStore Tables => tables ?? throw new InvalidOperationException("This node has no tables.");

    /// <summary>Writes the row of a key once; who comes later is counted and changes nothing.</summary>
    /// <returns>Whether this write was the one.</returns>
    public async Task<bool> WriteAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<bool>(new CommandDefinition("""
            insert into chaos_row (key, run_id, task_id, generation, attempt, process) values (@IdempotencyKey, @RunId, @TaskId, @Generation, @Attempt, @ProcessId)
            on conflict (key) do update set refused = chaos_row.refused + 1, refused_process = excluded.process
            returning refused = 0
            """, new { context.IdempotencyKey, context.RunId, context.TaskId, context.Generation, context.Attempt, Environment.ProcessId }, cancellationToken: cancellationToken));
    }

    public async Task BeginAsync(ActivityContext context)
    {
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync("insert into chaos_begun (run_id, attempt) values (@RunId, @Attempt)", new { context.RunId, context.Attempt });
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        tables?.Dispose();
    }
}

/// <summary>Works for a while and then writes one row under its idempotency key.</summary>
[Activity("chaos.row", Title = "Row", Help = "Works for a while and writes a row.", Stage = Stage.Control)]
public sealed class ChaosRow(ChaosEffects effects) : IActivity
{
    [Field]
    public int Milliseconds { get; set; } = 20;

    /// <summary>Writes on although it was told to stop: the worst that an activity can do.</summary>
    [Field]
    public bool Stubborn { get; set; }

    /// <summary>The first attempt works until its process dies.</summary>
    [Field]
    public bool FirstNeverEnds { get; set; }

    public async Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        var stop = Stubborn ? CancellationToken.None : cancellationToken;
        context.Log.Info("begins");
        if (Stubborn)
            await effects.BeginAsync(context);
        await Task.Delay(FirstNeverEnds && context.Attempt == 1 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Milliseconds), context.Clock, stop);
        var first = await effects.WriteAsync(context, stop);
        context.Log.Info(first ? "written" : "was written before");
        return ActivityResult.Success(new { attempt = context.Attempt, first });
    }
}

/// <summary>Appends rows to a Delta table under its commit key.</summary>
[Activity("chaos.table", Title = "Table", Help = "Appends rows to a table.", Stage = Stage.Control)]
public sealed class ChaosTable(ChaosEffects effects) : IActivity
{
    public static readonly TableName Name = TableName.Parse("chaos.lines");

    [Field]
    public long Rows { get; set; } = 3;

    public Task<ActivityResult> RunAsync(ActivityContext context, CancellationToken cancellationToken)
    {
        using var session = effects.Tables.OpenSession();
        var result = session.Write(new TableWrite
        {
            Table = Name,
            Mode = WriteMode.Append,
            SelectSql = string.Create(CultureInfo.InvariantCulture, $"select '{context.IdempotencyKey}' as key, i as line, random() as noise from range({Rows}) r(i)"),
            Transaction = new TableTransaction(context.CommitKey.AppId, context.CommitKey.Version),
        }, cancellationToken);
        context.Log.Info($"version {result.Version}");
        return Task.FromResult(ActivityResult.Success(new { version = result.Version, again = result.AlreadyCommitted }));
    }
}
