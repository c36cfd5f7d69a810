using System.Globalization;

namespace Jevons.Benchmarks;

/// <summary>
/// A cache and a pool of threads that run a model of llama.cpp, as its own bench tools set them up: an attached pool, the
/// defaults of everything else. The pool is paused after each timed piece of work, or it would go on polling.
/// </summary>
internal sealed unsafe class LlamaContext : IDisposable
{
    private const int PassTokens = 512;
    private const int ThreadBlockBytes = 2048;

    // Places of llama_context_params. Each is checked against its documented default before anything is written.
    private const int LengthAt = 0;
    private const int SequencesAt = 12;
    private const int KeyTypeAt = 104;
    private const int ValueTypeAt = 108;
    private const int UnifiedAt = 133;
    private static readonly (int At, uint Value, string Name)[] s_defaults =
    [
        (LengthAt, 512, "n_ctx"), (4, 2048, "n_batch"), (8, 512, "n_ubatch"), (SequencesAt, 1, "n_seq_max"),
    ];

    private readonly LlamaModel _model;
    private readonly nint _handle;
    private readonly nint _threads;
    private TokenBatch _batch;

    /// <summary>Makes a context.</summary>
    /// <param name="model">The model, borrowed.</param>
    /// <param name="length">Positions of a sequence at most.</param>
    /// <param name="sequences">Sequences at most.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="unified">One cache for all sequences, so that a copied prefix is shared.</param>
    /// <param name="floatCache">A cache of f32 instead of f16.</param>
    public LlamaContext(LlamaModel model, int length, int sequences, int threads, bool unified = false, bool floatCache = false)
    {
        _model = model;
        ParameterBlock parameters = Parameters(length, sequences, unified, floatCache);
        LlamaLibrary.TakeComplaints();
        _handle = LlamaNative.ContextCreate(model.Handle, parameters);
        if (_handle == 0)
        {
            throw new InvalidOperationException($"llama.cpp makes no context of {Text(length)} positions. {LlamaLibrary.TakeComplaints()}");
        }

        byte* block = stackalloc byte[ThreadBlockBytes];
        LlamaNative.ThreadDefaults(block, threads);
        _threads = LlamaNative.ThreadsCreate(block);
        LlamaNative.AttachThreads(_handle, _threads, _threads);
        LlamaNative.SetThreads(_handle, threads, threads);
        _batch = LlamaNative.BatchCreate(Math.Max(PassTokens, sequences), 0, 1);
    }

    /// <summary>Forgets all sequences.</summary>
    public void Clear() => LlamaNative.MemoryClear(LlamaNative.Memory(_handle), data: true);

    /// <summary>Forgets the end of a sequence.</summary>
    public void Truncate(int sequence, int length)
    {
        if (!LlamaNative.MemoryRemove(LlamaNative.Memory(_handle), sequence, length, -1))
        {
            throw new InvalidOperationException($"llama.cpp cannot shorten sequence {Text(sequence)} to {Text(length)} positions");
        }
    }

    /// <summary>Makes a sequence a copy of another; it shares the positions where the cache is unified.</summary>
    public void Copy(int source, int target) => LlamaNative.MemoryCopy(LlamaNative.Memory(_handle), source, target, -1, -1);

    /// <summary>Runs tokens of one sequence, 512 a pass, and computes the logits of the last.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="first">Position of the first token.</param>
    /// <param name="tokens">The tokens.</param>
    public void Prompt(int sequence, int first, ReadOnlySpan<int> tokens)
    {
        for (int from = 0; from < tokens.Length; from += PassTokens)
        {
            ReadOnlySpan<int> pass = tokens.Slice(from, Math.Min(PassTokens, tokens.Length - from));
            _batch.Count = pass.Length;
            for (int i = 0; i < pass.Length; i++)
            {
                Set(i, pass[i], first + from + i, sequence, from + i == tokens.Length - 1);
            }

            Decode();
        }
    }

    /// <summary>Runs one token of each of the first sequences, all at one position.</summary>
    /// <param name="sequences">How many.</param>
    /// <param name="position">The position.</param>
    /// <param name="token">The token.</param>
    public void Step(int sequences, int position, int token)
    {
        _batch.Count = sequences;
        for (int s = 0; s < sequences; s++)
        {
            Set(s, token, position, s, wantsLogits: true);
        }

        Decode();
    }

    /// <summary>Runs tokens of sequence 0 from an empty cache, at most 512, and hands out the logits of each.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="row">Told the logits of each position.</param>
    public void Score(ReadOnlySpan<int> tokens, Action<ReadOnlySpan<float>> row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens.Length, PassTokens);
        Clear();
        _batch.Count = tokens.Length;
        for (int i = 0; i < tokens.Length; i++)
        {
            Set(i, tokens[i], i, 0, wantsLogits: true);
        }

        Decode();
        for (int i = 0; i < tokens.Length; i++)
        {
            row(Logits(i));
        }
    }

    /// <summary>Logits of a token of the last pass.</summary>
    /// <param name="index">Its index in the pass.</param>
    public ReadOnlySpan<float> Logits(int index)
    {
        float* logits = LlamaNative.Logits(_handle, index);
        return logits is null
            ? throw new InvalidOperationException($"llama.cpp has no logits of token {Text(index)}. {LlamaLibrary.TakeComplaints()}")
            : new ReadOnlySpan<float>(logits, _model.VocabSize);
    }

    /// <summary>Lets the threads sleep until the next pass.</summary>
    public void Pause() => LlamaNative.ThreadsPause(_threads);

    /// <inheritdoc/>
    public void Dispose()
    {
        LlamaNative.BatchFree(_batch);
        LlamaNative.ContextFree(_handle);
        LlamaNative.ThreadsFree(_threads);
    }

    private static ParameterBlock Parameters(int length, int sequences, bool unified, bool floatCache)
    {
        ParameterBlock parameters = default;
        LlamaNative.ContextDefaults(&parameters);
        foreach ((int at, uint value, string name) in s_defaults)
        {
            Expect(name, parameters.Read<uint>(at), value);
        }

        // The cache of a sequence is cut to multiples of 256 positions.
        int whole = (length + 255) / 256 * 256;
        parameters.Write(LengthAt, (uint)(whole * sequences));
        parameters.Write(SequencesAt, (uint)sequences);
        if (unified)
        {
            // Six booleans: embeddings, offload_kqv, no_perf, op_offload, swa_full, kv_unified.
            Expect("the booleans", (parameters.Read<uint>(128), parameters.Read<ushort>(132)), (0x01010100u, (ushort)1));
            parameters.Write(UnifiedAt, (byte)1);
        }

        if (floatCache)
        {
            Expect("type_k and type_v", (parameters.Read<int>(KeyTypeAt), parameters.Read<int>(ValueTypeAt)), (1, 1));
            parameters.Write(KeyTypeAt, 0);
            parameters.Write(ValueTypeAt, 0);
        }

        return parameters;
    }

    private static void Expect<T>(string name, T found, T expected)
    {
        if (!EqualityComparer<T>.Default.Equals(found, expected))
        {
            throw new NotSupportedException(
                $"llama.cpp {LlamaLibrary.Version}: the default of {name} reads {found}, expected {expected}; its parameters are laid out differently, see LlamaContext.cs");
        }
    }

    private void Set(int index, int token, int position, int sequence, bool wantsLogits)
    {
        _batch.Tokens[index] = token;
        _batch.Positions[index] = position;
        _batch.SequenceCounts[index] = 1;
        _batch.Sequences[index][0] = sequence;
        _batch.Outputs[index] = (sbyte)(wantsLogits ? 1 : 0);
    }

    private void Decode()
    {
        int code = LlamaNative.Decode(_handle, _batch);
        if (code != 0)
        {
            throw new InvalidOperationException($"llama_decode failed with {Text(code)}. {LlamaLibrary.TakeComplaints()}");
        }

        LlamaNative.Synchronize(_handle);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
