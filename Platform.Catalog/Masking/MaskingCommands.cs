using Dapper;
using Npgsql;

namespace Platform.Catalog.Masking;

/// <summary>Changes what asks for masking.</summary>
public sealed class MaskingCommands(NpgsqlDataSource dataSource)
{
    /// <summary>Sets the policy of a class.</summary>
    /// <param name="personalClass">One of the classes that there are.</param>
    /// <param name="required">Whether reading such a column plain is a finding.</param>
    /// <param name="allowed">Keys of assets that may take it plain, stars allowed.</param>
    /// <param name="by">Who.</param>
    /// <param name="cancellationToken">Stops before the change.</param>
    /// <returns>False where there is no such class.</returns>
    public async Task<bool> SetPolicyAsync(string personalClass, bool required, IReadOnlyList<string> allowed, string by, CancellationToken cancellationToken)
    {
        const string Sql = """
            update catalog.masking_policies set required = @required, allowed = @allowed, changed_by = @by, changed_at = now()
            where personal_class = @personalClass
            """;
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(Sql, new { personalClass, required, allowed = allowed.ToArray(), by }, cancellationToken: cancellationToken)) == 1;
    }
}
