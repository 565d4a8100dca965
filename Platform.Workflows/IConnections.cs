namespace Platform.Workflows;

/// <summary>Connections to the outside by name: databases, object stores, mail, HTTP services. Their values are never logged, stored in a run or returned by an API.</summary>
public interface IConnections
{
    /// <summary>The connection <paramref name="name"/> with its secrets filled in.</summary>
    /// <exception cref="ConnectionNotFoundException">There is no connection of that name.</exception>
    ValueTask<ConnectionInfo> GetAsync(string name, CancellationToken cancellationToken);
}

/// <summary>A connection, ready to use.</summary>
/// <param name="Name">Its name, as workflows write it.</param>
/// <param name="Kind"><c>postgresql</c>, <c>s3</c>, <c>smtp</c>, <c>http</c>, <c>language-model</c> or <c>openlineage</c>.</param>
/// <param name="Fields">
/// Values by name, secrets in clear text. <c>postgresql</c>: host, port, database, username, password, ssl_mode;
/// <c>s3</c>: endpoint, region, bucket, access_key, secret_key; <c>smtp</c>: host, port, username, password, from, tls;
/// <c>http</c>: url, username, password, token; <c>language-model</c>: url, model, token; <c>openlineage</c>: url, api_key, namespace. Optional ones may be missing.
/// </param>
public sealed record ConnectionInfo(string Name, string Kind, IReadOnlyDictionary<string, string> Fields)
{
    /// <summary>The field, or null where it is missing or empty.</summary>
    public string? Find(string field) => Fields.TryGetValue(field, out var value) && value.Length > 0 ? value : null;

    /// <summary>The field.</summary>
    /// <exception cref="InvalidOperationException">It is missing or empty.</exception>
    public string Get(string field) => Find(field)
        ?? throw new InvalidOperationException($"Connection '{Name}' ({Kind}) has no {field}. Set it with './platform connections set {Name}' or on the page Settings, Connections.");

    /// <summary>Name and kind only: values stay out of logs.</summary>
    public override string ToString() => $"{Name} ({Kind})";
}

/// <summary>A workflow names a connection that nobody has set.</summary>
public sealed class ConnectionNotFoundException(string name)
    : Exception($"There is no connection '{name}'. Set it with './platform connections set {name}' or on the page Settings, Connections.")
{
    /// <summary>The name that was asked for.</summary>
    public string Name { get; } = name;
}
