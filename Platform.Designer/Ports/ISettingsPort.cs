namespace Platform.Designer.Ports;

/// <summary>Connections and secrets, as the settings page needs them. The host implements it over its encrypted store; a secret value goes in and never comes out.</summary>
public interface ISettingsPort
{
    /// <summary>The kinds of connections that exist, with the fields of each.</summary>
    IReadOnlyList<ConnectionKind> ConnectionKinds { get; }

    /// <summary>All secrets by name, without their values.</summary>
    Task<IReadOnlyList<SecretEntry>> SecretsAsync(CancellationToken cancellationToken);

    /// <summary>Creates a secret or replaces its value.</summary>
    /// <param name="name">Its name, as workflows write it.</param>
    /// <param name="value">The value, kept encrypted.</param>
    /// <param name="user">Who asks, for the audit.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">The name or the value is not acceptable; the message says why and is shown to the user.</exception>
    Task SetSecretAsync(string name, string value, string user, CancellationToken cancellationToken);

    /// <summary>Deletes a secret; one that does not exist is no error.</summary>
    Task DeleteSecretAsync(string name, string user, CancellationToken cancellationToken);

    /// <summary>All connections by name, without their secret fields.</summary>
    Task<IReadOnlyList<ConnectionEntry>> ConnectionsAsync(CancellationToken cancellationToken);

    /// <summary>Creates a connection or replaces it.</summary>
    /// <param name="name">Its name, as workflows write it.</param>
    /// <param name="kind">Name of a <see cref="ConnectionKind"/>.</param>
    /// <param name="fields">Values by field name. A secret field that is left out keeps its stored value.</param>
    /// <param name="user">Who asks, for the audit.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">A value is missing or not acceptable; the message says why and is shown to the user.</exception>
    Task SetConnectionAsync(string name, string kind, IReadOnlyDictionary<string, string> fields, string user, CancellationToken cancellationToken);

    /// <summary>Tries the connection: signs in or reads once. A failure is an answer, not an exception.</summary>
    Task<ConnectionTest> TestConnectionAsync(string name, CancellationToken cancellationToken);

    /// <summary>Deletes a connection; one that does not exist is no error.</summary>
    Task DeleteConnectionAsync(string name, string user, CancellationToken cancellationToken);
}

/// <summary>A secret without its value.</summary>
/// <param name="Name">Its name.</param>
/// <param name="UpdatedAt">When its value was last set.</param>
/// <param name="UpdatedBy">Who set it; null where unknown.</param>
public sealed record SecretEntry(string Name, DateTimeOffset UpdatedAt, string? UpdatedBy);

/// <summary>A connection without its secret fields.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Name of its <see cref="ConnectionKind"/>.</param>
/// <param name="Fields">Plain values by field name; secret fields are not in it.</param>
/// <param name="UpdatedAt">When it was last set.</param>
public sealed record ConnectionEntry(string Name, string Kind, IReadOnlyDictionary<string, string> Fields, DateTimeOffset UpdatedAt);

/// <summary>What a connection can lead to.</summary>
/// <param name="Name"><c>postgresql</c>, <c>s3</c>, <c>smtp</c>, <c>http</c>, <c>language-model</c>, <c>openlineage</c>.</param>
/// <param name="Fields">Its fields, in the order of the form.</param>
public sealed record ConnectionKind(string Name, IReadOnlyList<ConnectionField> Fields);

/// <summary>A field of a connection.</summary>
/// <param name="Name">Its name, snake_case.</param>
/// <param name="Required">Whether it must be given.</param>
/// <param name="Secret">Whether its value is kept encrypted and never shown.</param>
/// <param name="Example">A value to show greyed in an empty field; null shows none.</param>
public sealed record ConnectionField(string Name, bool Required = false, bool Secret = false, string? Example = null);

/// <summary>How a try of a connection ended.</summary>
/// <param name="Passed">Whether it works.</param>
/// <param name="Message">What was found, or why it failed and what to do. Never holds a secret.</param>
/// <param name="Took">How long it took.</param>
public sealed record ConnectionTest(bool Passed, string Message, TimeSpan Took);
