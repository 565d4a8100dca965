namespace Platform.Workflows;

/// <summary>Secrets by name. A value is never logged, stored in a run or returned by an API.</summary>
public interface ISecrets
{
    /// <summary>The value of the secret <paramref name="name"/>.</summary>
    /// <exception cref="SecretNotFoundException">There is no secret of that name.</exception>
    ValueTask<string> GetAsync(string name, CancellationToken cancellationToken);
}

/// <summary>A workflow names a secret that nobody has set.</summary>
public sealed class SecretNotFoundException(string name)
    : Exception($"There is no secret '{name}'. Set it with './platform secrets set {name}' or on the page Settings, Secrets.")
{
    /// <summary>The name that was asked for.</summary>
    public string Name { get; } = name;
}
