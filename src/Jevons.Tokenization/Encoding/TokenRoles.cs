namespace Jevons.Tokenization;

/// <summary>What each token of a definition is: control, plain addition, produced by merging, end of generation. Immutable.</summary>
internal sealed class TokenRoles
{
    private readonly TokenType[] _types;
    private readonly bool[] _isMerged;

    /// <summary>Sorts a definition's tokens.</summary>
    public TokenRoles(TokenizerDefinition definition)
    {
        int count = definition.Tokens.Count;
        bool mergesAdditions = definition.Kind == TokenizerKind.SentencePieceBpe;
        _types = [.. definition.TokenTypes];
        HashSet<int> ends = Present([definition.EosId, definition.EotId, definition.EomId], count);
        HashSet<int> structure = Present([definition.BosId, definition.PadId], count);
        structure.UnionWith(definition.AddedTokens.Where(t => t.Special).Select(t => t.Id));
        for (int id = 0; id < count; id++)
        {
            if (_types[id] != TokenType.Normal && ControlNames.EndsGeneration(definition.Tokens[id]))
            {
                ends.Add(id);
            }
        }

        structure.UnionWith(ends);
        _isMerged = new bool[count];
        IsPlain = new bool[count];
        for (int id = 0; id < count; id++)
        {
            bool isStructure = structure.Contains(id);
            switch (_types[id])
            {
                case TokenType.Normal or TokenType.Undefined:
                    // A file may name an ordinary piece as padding or end of text; it stays a piece unless it looks like a marker.
                    _isMerged[id] = !isStructure || !ControlNames.LooksLikeMarker(definition.Tokens[id]);
                    break;
                case TokenType.Unused:
                    _isMerged[id] = !isStructure && !ControlNames.LooksLikeMarker(definition.Tokens[id]);
                    break;
                case TokenType.UserDefined:
                    IsPlain[id] = !isStructure && !ControlNames.LooksLikeMarker(definition.Tokens[id]);
                    _isMerged[id] = IsPlain[id] && mergesAdditions;
                    break;
                default:
                    break;
            }
        }

        EndOfGeneration = [.. ends.Order()];
        int? unknown = definition.UnknownSymbolId ?? (mergesAdditions ? definition.UnkId : null);
        UnknownId = unknown is int u && u < count && u != definition.BosId && !ends.Contains(u) ? u : null;
    }

    /// <summary>The tokens after which a model has ended its answer, ascending.</summary>
    public int[] EndOfGeneration { get; }

    /// <summary>
    /// What is written for text that the vocabulary lacks; null drops it. Never a begin or end token, as which some files misuse
    /// their unknown token: user text would become one.
    /// </summary>
    public int? UnknownId { get; }

    /// <summary>Whether each token is an addition of plain text, found in any text.</summary>
    public bool[] IsPlain { get; }

    /// <summary>A token's type.</summary>
    public TokenType Type(int id) => _types[id];

    /// <summary>True for tokens that merging may start from and produce: never for a marker.</summary>
    public bool IsMerged(int id) => _isMerged[id];

    private static HashSet<int> Present(int?[] ids, int count) => [.. ids.Where(id => id is >= 0 && id < count).Select(id => id!.Value)];
}
