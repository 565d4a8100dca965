namespace Platform.Inventory.Personal;

/// <summary>A part of a text that is, or may be, personal data.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Offset of its first character, in UTF-16 units.</param>
/// <param name="Length">Its length in UTF-16 units.</param>
/// <param name="Confidence">Between 0 and 1: how sure the rule or the tagger is.</param>
/// <param name="Evidence">The rule that found it (<c>luhn-and-issuer</c>, <c>phone-form</c>), or the tagger and its version (<c>tagger-en-1</c>).</param>
public readonly record struct PersonalSpan(PersonalKind Kind, int Start, int Length, double Confidence, string Evidence)
{
    /// <summary>Offset after its last character.</summary>
    public int End => Start + Length;
}
