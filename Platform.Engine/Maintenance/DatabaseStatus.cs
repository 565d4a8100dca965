namespace Platform.Engine.Maintenance;

/// <summary>How the database fares at a moment.</summary>
public sealed record DatabaseStatus
{
    /// <summary>The database's time.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Queues with what is in them, by name.</summary>
    public required IReadOnlyList<QueueStatus> Queues { get; init; }

    /// <summary>The tables that change most, with what vacuum has left.</summary>
    public required IReadOnlyList<TableStatus> HotTables { get; init; }

    /// <summary>Who keeps rows from being cleaned up, the oldest first; empty where nobody does for long.</summary>
    public required IReadOnlyList<PinStatus> Pins { get; init; }

    /// <summary>Readers of the outbox and how far behind they are.</summary>
    public required IReadOnlyList<ReaderStatus> Readers { get; init; }

    /// <summary>Events in the outbox, those that everybody has included; an estimate.</summary>
    public required long OutboxEvents { get; init; }

    /// <summary>Connections to the whole server.</summary>
    public required int Connections { get; init; }

    /// <summary>Connections that the server allows to the platform's role.</summary>
    public required int MostConnections { get; init; }

    /// <summary>Bytes of the database.</summary>
    public required long Bytes { get; init; }

    /// <summary>Runs in the history, an estimate.</summary>
    public required long Runs { get; init; }

    /// <summary>Task instances in the history, an estimate.</summary>
    public required long TaskInstances { get; init; }

    /// <summary>The oldest ready task's waiting time; null where none is ready.</summary>
    public TimeSpan? OldestReady => Queues.Max(q => q.OldestReady);
}

/// <summary>A queue.</summary>
public sealed record QueueStatus
{
    public required string Queue { get; init; }

    /// <summary>Tasks that may start now.</summary>
    public required long Ready { get; init; }

    /// <summary>Tasks that may start later: retries.</summary>
    public required long Later { get; init; }

    /// <summary>Tasks that run.</summary>
    public required long Leased { get; init; }

    /// <summary>How long the oldest ready one has waited; null where none is ready.</summary>
    public TimeSpan? OldestReady { get; init; }

    /// <summary>Places of living workers that take it.</summary>
    public required long Places { get; init; }
}

/// <summary>A table that changes much.</summary>
public sealed record TableStatus
{
    public required string Table { get; init; }

    /// <summary>Rows, an estimate.</summary>
    public required long LiveRows { get; init; }

    /// <summary>Versions of rows that nobody needs and vacuum has not removed, an estimate.</summary>
    public required long DeadRows { get; init; }

    /// <summary>Bytes with indexes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Null where it never was.</summary>
    public DateTimeOffset? VacuumedAt { get; init; }
}

/// <summary>Somebody whose snapshot or transaction keeps dead rows alive, and events from being delivered.</summary>
public sealed record PinStatus
{
    /// <summary>session, prepared transaction or replication slot.</summary>
    public required string Kind { get; init; }

    /// <summary>Process id of the session, name of the slot or of the transaction.</summary>
    public required string Name { get; init; }

    /// <summary>How the program calls itself, with user and address; empty where there is none.</summary>
    public required string Who { get; init; }

    /// <summary>State of the session.</summary>
    public required string State { get; init; }

    /// <summary>Start of its transaction; null for a slot.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>How long that is ago; null for a slot.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>Transactions since its snapshot.</summary>
    public required long Transactions { get; init; }

    /// <summary>The statement's first characters.</summary>
    public required string Statement { get; init; }
}

/// <summary>A reader of the outbox.</summary>
public sealed record ReaderStatus
{
    public required string Reader { get; init; }

    /// <summary>Events it has not got.</summary>
    public required long Behind { get; init; }

    /// <summary>Age of the oldest of them; null where there is none.</summary>
    public TimeSpan? Oldest { get; init; }

    /// <summary>Events that were set aside because it failed on them.</summary>
    public required long SetAside { get; init; }
}

/// <summary>From when on the watch warns.</summary>
public sealed record WatchThresholds
{
    /// <summary>Ready tasks in one queue. Default 10,000.</summary>
    public long Ready { get; init; } = 10_000;

    /// <summary>Waiting time of a ready task while a worker has a free place. Default 1 minute.</summary>
    public TimeSpan OldestReady { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Dead rows of a hot table, when they are also more than its live ones. Default 100,000.</summary>
    public long DeadRows { get; init; } = 100_000;

    /// <summary>Age of a snapshot. Default 5 minutes.</summary>
    public TimeSpan Snapshot { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Age of an event that a reader has not got. Default 1 minute.</summary>
    public TimeSpan Event { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Share of the allowed connections. Default 0.85.</summary>
    public double Connections { get; init; } = 0.85;

    /// <summary>What is passed, one sentence each with what to do; empty where all is well.</summary>
    public IReadOnlyList<WatchWarning> Judge(DatabaseStatus status)
    {
        var warnings = new List<WatchWarning>();
        foreach (var queue in status.Queues)
        {
            if (queue.Ready > Ready)
                warnings.Add(new($"queue-depth:{queue.Queue}", $"{queue.Ready:n0} tasks are ready in queue '{queue.Queue}'. Start more workers: ./platform worker --queues {queue.Queue}"));
            if (queue.OldestReady > OldestReady && queue.Places > queue.Leased)
                warnings.Add(new($"oldest-ready:{queue.Queue}", $"A task in queue '{queue.Queue}' is ready for {Text(queue.OldestReady.Value)} though {queue.Places - queue.Leased} places are free. './platform audit' says which and why."));
        }
        foreach (var table in status.HotTables)
            if (table.DeadRows > DeadRows && table.DeadRows > table.LiveRows)
                warnings.Add(new($"dead-rows:{table.Table}", $"Table {table.Table} holds {table.DeadRows:n0} dead rows beside {table.LiveRows:n0} living ones, last vacuumed {(table.VacuumedAt is { } at ? $"{at:u}" : "never")}. Look who pins an old snapshot: ./platform status"));
        foreach (var pin in status.Pins)
            if (pin.Age > Snapshot || pin.Age is null && pin.Transactions > 1_000_000)
                warnings.Add(new($"pin:{pin.Kind}:{pin.Name}", $"The {pin.Kind} {pin.Name} ({pin.Who}) {(pin.Age is { } age ? $"is open for {Text(age)}" : $"lies {pin.Transactions:n0} transactions back")} and keeps dead rows alive. End it{(pin.Kind == "session" ? $": select pg_terminate_backend({pin.Name})" : "")}."));
        foreach (var reader in status.Readers)
            if (reader.Oldest > Event)
                warnings.Add(new($"outbox:{reader.Reader}", $"The outbox reader '{reader.Reader}' is {reader.Behind:n0} events behind, the oldest {Text(reader.Oldest.Value)} old. Start a serving node, or look for the transaction that holds them back: ./platform status"));
        if (status.Connections > status.MostConnections * Connections)
            warnings.Add(new("connections", $"{status.Connections} of {status.MostConnections} connections of the database server are taken. Raise max_connections, or give each node a smaller pool (Maximum Pool Size in --database)."));
        return warnings;
    }

    private static string Text(TimeSpan span) => Platform.Workflows.Duration.Format(TimeSpan.FromSeconds(Math.Round(span.TotalSeconds)));
}

/// <summary>A threshold that is passed.</summary>
/// <param name="Key">The same for the same thing.</param>
/// <param name="Text">What, and what to do.</param>
public sealed record WatchWarning(string Key, string Text);
