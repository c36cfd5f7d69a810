using System.Runtime.InteropServices;

namespace Jevons.Benchmarks;

/// <summary>The functions of llama.cpp that a comparison calls; which file they come from is settled by <see cref="LlamaLibrary"/>.</summary>
internal static unsafe partial class LlamaNative
{
    /// <summary>Stands for the library with the model functions.</summary>
    public const string Llama = "llama";

    /// <summary>Stands for the library that finds processors.</summary>
    public const string Ggml = "ggml";

    /// <summary>Stands for the library with the tensors.</summary>
    public const string GgmlBase = "ggml-base";

    /// <summary>Stands for the library with the kernels of this processor.</summary>
    public const string GgmlCpu = "ggml-cpu";

    [LibraryImport(Llama, EntryPoint = "llama_backend_init")]
    public static partial void BackendInit();

    [LibraryImport(Llama, EntryPoint = "llama_version")]
    public static partial byte* Version();

    [LibraryImport(Llama, EntryPoint = "llama_log_set")]
    public static partial void LogSet(delegate* unmanaged<int, byte*, void*, void> callback, void* state);

    [LibraryImport(Llama, EntryPoint = "llama_model_default_params")]
    public static partial void ModelDefaults(ParameterBlock* result);

    [LibraryImport(Llama, EntryPoint = "llama_context_default_params")]
    public static partial void ContextDefaults(ParameterBlock* result);

    [LibraryImport(Llama, EntryPoint = "llama_model_load_from_file", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint ModelLoad(string path, ParameterBlock parameters);

    [LibraryImport(Llama, EntryPoint = "llama_model_free")]
    public static partial void ModelFree(nint model);

    [LibraryImport(Llama, EntryPoint = "llama_model_get_vocab")]
    public static partial nint ModelVocabulary(nint model);

    [LibraryImport(Llama, EntryPoint = "llama_vocab_n_tokens")]
    public static partial int VocabularySize(nint vocabulary);

    [LibraryImport(Llama, EntryPoint = "llama_init_from_model")]
    public static partial nint ContextCreate(nint model, ParameterBlock parameters);

    [LibraryImport(Llama, EntryPoint = "llama_free")]
    public static partial void ContextFree(nint context);

    [LibraryImport(Llama, EntryPoint = "llama_n_ctx")]
    public static partial uint ContextLength(nint context);

    [LibraryImport(Llama, EntryPoint = "llama_n_seq_max")]
    public static partial uint ContextSequences(nint context);

    [LibraryImport(Llama, EntryPoint = "llama_set_n_threads")]
    public static partial void SetThreads(nint context, int decode, int prompt);

    [LibraryImport(Llama, EntryPoint = "llama_attach_threadpool")]
    public static partial void AttachThreads(nint context, nint decode, nint prompt);

    [LibraryImport(Llama, EntryPoint = "llama_get_memory")]
    public static partial nint Memory(nint context);

    [LibraryImport(Llama, EntryPoint = "llama_memory_clear")]
    public static partial void MemoryClear(nint memory, [MarshalAs(UnmanagedType.U1)] bool data);

    [LibraryImport(Llama, EntryPoint = "llama_memory_seq_rm")]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool MemoryRemove(nint memory, int sequence, int from, int to);

    [LibraryImport(Llama, EntryPoint = "llama_memory_seq_cp")]
    public static partial void MemoryCopy(nint memory, int source, int target, int from, int to);

    [LibraryImport(Llama, EntryPoint = "llama_batch_init")]
    public static partial TokenBatch BatchCreate(int tokens, int embedding, int sequences);

    [LibraryImport(Llama, EntryPoint = "llama_batch_free")]
    public static partial void BatchFree(TokenBatch batch);

    [LibraryImport(Llama, EntryPoint = "llama_decode")]
    public static partial int Decode(nint context, TokenBatch batch);

    [LibraryImport(Llama, EntryPoint = "llama_synchronize")]
    public static partial void Synchronize(nint context);

    [LibraryImport(Llama, EntryPoint = "llama_get_logits_ith")]
    public static partial float* Logits(nint context, int token);

    [LibraryImport(Ggml, EntryPoint = "ggml_backend_load_all_from_path", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void LoadProcessors(string folder);

    [LibraryImport(GgmlBase, EntryPoint = "ggml_threadpool_params_init")]
    public static partial void ThreadDefaults(byte* parameters, int threads);

    [LibraryImport(GgmlCpu, EntryPoint = "ggml_threadpool_new")]
    public static partial nint ThreadsCreate(byte* parameters);

    [LibraryImport(GgmlCpu, EntryPoint = "ggml_threadpool_pause")]
    public static partial void ThreadsPause(nint threads);

    [LibraryImport(GgmlCpu, EntryPoint = "ggml_threadpool_free")]
    public static partial void ThreadsFree(nint threads);
}
