using System.Text.Json;
using Dapper;
using Platform.Engine.Queue;
using Platform.Postgres;
using Platform.Workflows.Activities;

namespace Platform.Engine.Waiting;

/// <summary>An answer to a task that asks people.</summary>
public sealed record Decision
{
    public required long RunId { get; init; }

    /// <summary>The task that asks.</summary>
    public required string TaskId { get; init; }

    /// <summary>Which instance of a mapped task; null where only one asks.</summary>
    public int? MapIndex { get; init; }

    /// <summary>Yes or no.</summary>
    public required bool Approved { get; init; }

    /// <summary>Why, for those who read it later; null says nothing. 2,000 characters at most.</summary>
    public string? Note { get; init; }

    /// <summary>Who answers.</summary>
    public required string By { get; init; }

    /// <summary>The roles that he holds.</summary>
    public IReadOnlyCollection<string> Roles { get; init; } = [];
}

/// <summary>Answers to tasks that ask people (<c>control.approval</c>), from pages, the API and the command line alike.</summary>
public sealed class ApprovalCommands(Database database, TimeProvider? clock = null)
{
    private const int LongestNote = 2_000;

    /// <summary>Gives an answer: the task goes on with it at once. The first answer counts.</summary>
    /// <exception cref="EngineException">Nothing asks there (<c>not-found</c>, or <c>conflict</c> where it was answered or ended), several instances ask and none was named (<c>bad-input</c>), or it is not for this person to answer (<c>refused</c>).</exception>
    public async Task DecideAsync(Decision decision, CancellationToken cancellationToken)
    {
        if (decision.Note?.Length > LongestNote)
            throw new EngineException("bad-input", $"The note has {decision.Note.Length:n0} characters; {LongestNote:n0} are allowed.");
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var asked = (await connection.QueryAsync<Asked>(new CommandDefinition("""
            select map_index, event, question::text as question from deferral
            where run_id = @RunId and task_id = @TaskId and (@MapIndex::int is null or map_index = @MapIndex) and question is not null and event is not null
            order by map_index
            """, new { decision.RunId, decision.TaskId, decision.MapIndex }, transaction, cancellationToken: cancellationToken))).AsList();
        if (asked.Count == 0)
            throw await NothingAsync(decision, cancellationToken);
        if (asked.Count > 1)
            throw new EngineException("bad-input", $"{asked.Count} instances of task '{decision.TaskId}' ask. Name one by its index: {string.Join(", ", asked.Take(10).Select(a => a.MapIndex))}.");
        var question = JsonSerializer.Deserialize<Question>(asked[0].Question, Fact.Json)!;
        if (question.Who is { Count: > 0 } who && !who.Contains(decision.By, StringComparer.OrdinalIgnoreCase) && !who.Any(decision.Roles.Contains))
            throw new EngineException("refused", $"Task '{decision.TaskId}' of run {decision.RunId} asks {string.Join(", ", who)}, and '{decision.By}' is none of them. Ask one of them to answer.");

        var payload = JsonSerializer.Serialize(new { approved = decision.Approved, by = decision.By, note = decision.Note, at = (clock ?? TimeProvider.System).GetUtcNow() }, Fact.Json);
        await using var batch = new SqlBatch(connection, transaction);
        Signals.Add(batch, [asked[0].Event], [payload]);
        var woken = false;
        await using (var reader = await batch.ReadAsync(cancellationToken))
        {
            // The last statement returns whom it takes back to the queue.
            do
                woken = await reader.ReadAsync(cancellationToken);
            while (await reader.NextResultAsync(cancellationToken));
        }
        // Answered by another, canceled or timed out a moment before: nothing is written then.
        if (!woken)
            throw await NothingAsync(decision, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await EngineSignals.SendAsync(connection, [decision.RunId], ready: true, cancellationToken);
    }

    private async Task<EngineException> NothingAsync(Decision decision, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var state = await connection.QueryFirstOrDefaultAsync<string>(new CommandDefinition(
            "select state from task_instance where run_id = @RunId and task_id = @TaskId and (@MapIndex::int is null or map_index = @MapIndex) order by (state = 'removed'), map_index limit 1",
            new { decision.RunId, decision.TaskId, decision.MapIndex }, cancellationToken: cancellationToken));
        return state is null
            ? new EngineException("not-found", $"Run {decision.RunId} has no task '{decision.TaskId}'{(decision.MapIndex is { } index ? $" with index {index}" : "")}. './platform runs show {decision.RunId}' lists its tasks.")
            : new EngineException("conflict", $"Task '{decision.TaskId}' of run {decision.RunId} asks nothing at this moment: it is {state}. Look at its log and outputs for an answer that was given before.");
    }

    private sealed record Asked
    {
        public required int MapIndex { get; init; }

        public required string Event { get; init; }

        public required string Question { get; init; }
    }
}
