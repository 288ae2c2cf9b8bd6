/// A format that people hand over in place of HDF5, told by its first bytes.
public enum ForeignFormat: Equatable, Sendable {
  case kerasArchive, numpyArchive, numpyArray, pytorchArchive, zipArchive
  case pickle, netCDF3, hdf4, matlab5, gzip, safetensors, tensorFlowLite, gitPointer, json
  case onnx, savedModel, frozenGraph, tensorFlowIndex, parquet, arrow, table

  /// The bytes every HDF5 file has at offset 0, 512, 1024, 2048, …
  static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  /// The format of a file that is not HDF5.
  ///
  /// - Parameters:
  ///   - head: its first bytes; 1024 are enough.
  ///   - tail: its last bytes, where a ZIP archive lists its members; 64 KiB are enough.
  init?(head: [UInt8], tail: [UInt8]) {
    func starts(with magic: [UInt8]) -> Bool { head.starts(with: magic) }
    func text(_ magic: String) -> Bool { head.starts(with: magic.utf8) }
    if text("PK") {
      self = Self.archive(listing: tail)
    } else if starts(with: [0x93] + Array("NUMPY".utf8)) {
      self = .numpyArray
    } else if head.count > 3, text("CDF"), [1, 2, 5].contains(head[3]) {
      self = .netCDF3
    } else if head.count > 1, head[0] == 0x80, (2...5).contains(head[1]) {
      self = .pickle
    } else if starts(with: [0x0E, 0x03, 0x13, 0x01]) {
      self = .hdf4
    } else if text("MATLAB 5.0") {
      self = .matlab5
    } else if starts(with: [0x1F, 0x8B]) {
      self = .gzip
    } else if head.count > 8, head[6] == 0, head[7] == 0, head[8] == UInt8(ascii: "{") {
      self = .safetensors
    } else if head.dropFirst(4).starts(with: Array("TFL3".utf8)) {
      self = .tensorFlowLite
    } else if text("version https://git-lfs") {
      self = .gitPointer
    } else if text("{") {
      self = .json
    } else if text("PAR1") {
      self = .parquet
    } else if text("ARROW1") || text("FEA1") {
      self = .arrow
    } else if tail.suffix(8).elementsEqual([0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB]) {
      self = .tensorFlowIndex
    } else if let format = Self.protocolBuffer(head) ?? Self.columns(head) {
      self = format
    } else {
      return nil
    }
  }

  /// The format of a file of protocol buffers, which have no mark: told by the first fields.
  private static func protocolBuffer(_ head: [UInt8]) -> ForeignFormat? {
    guard head.count > 8 else { return nil }
    func isName(from start: Int, count: UInt8) -> Bool {
      let name = head.dropFirst(start).prefix(Int(count))
      return count > 0 && name.count == count && name.allSatisfy { (0x21..<0x7F).contains($0) }
    }
    switch (head[0], head[1], head[2]) {
    // A version, and behind it the graphs: of 1 in a SavedModel, of 3 and more in ONNX, where the name
    // of the producer may come between.
    case (0x08, 1, 0x12): return .savedModel
    case (0x08, 3...20, 0x12) where isName(from: 4, count: head[3]): return .onnx
    case (0x08, 3...20, 0x3A): return .onnx
    // A node with its name.
    case (0x0A, _, _):
      let second = head[1] < 0x80 ? 2 : 3
      return head[second] == 0x0A && isName(from: second + 2, count: head[second + 1])
        ? .frozenGraph : nil
    default: return nil
    }
  }

  /// Text in columns: as many separators in the second line as in the first.
  private static func columns(_ head: [UInt8]) -> ForeignFormat? {
    let lines = head.split(separator: UInt8(ascii: "\n"), maxSplits: 2)
    guard lines.count > 1, !head.contains(where: { $0 < 0x20 && ![0x09, 0x0A, 0x0D].contains($0) })
    else { return nil }
    let isTable = [",", ";", "\t"].contains { (separator: Unicode.Scalar) in
      let counts = lines.prefix(2).map { line in line.count { $0 == UInt8(ascii: separator) } }
      return counts[0] > 0 && counts[0] == counts[1]
    }
    return isTable ? .table : nil
  }

  private static func archive(listing tail: [UInt8]) -> ForeignFormat {
    // Member names are plain bytes; any split into text keeps them whole.
    let listing = String(decoding: tail, as: Unicode.ASCII.self)
    if listing.contains("model.weights") || listing.contains("config.json") { return .kerasArchive }
    if listing.contains("data.pkl") { return .pytorchArchive }
    return listing.contains(".npy") ? .numpyArchive : .zipArchive
  }

  /// The format's name, as it stands after "is".
  var name: String {
    switch self {
    case .kerasArchive: "a Keras archive (.keras)"
    case .numpyArchive: "a NumPy archive (.npz)"
    case .numpyArray: "a NumPy array (.npy)"
    case .pytorchArchive: "a PyTorch archive"
    case .zipArchive: "a ZIP archive"
    case .pickle: "a Python pickle"
    case .netCDF3: "a NetCDF-3 file"
    case .hdf4: "an HDF4 file"
    case .matlab5: "a MATLAB 5 file"
    case .gzip: "a gzip file"
    case .safetensors: "a safetensors file"
    case .tensorFlowLite: "a TensorFlow Lite model"
    case .gitPointer: "a Git LFS pointer"
    case .json: "JSON text"
    case .onnx: "an ONNX model"
    case .savedModel: "a TensorFlow SavedModel (.pb)"
    case .frozenGraph: "a TensorFlow graph (.pb)"
    case .tensorFlowIndex: "the index of a TensorFlow checkpoint"
    case .parquet: "a Parquet file"
    case .arrow: "an Arrow file"
    case .table: "text in columns, as CSV"
    }
  }

  /// Advice on how to get an HDF5 file instead.
  var advice: String {
    switch self {
    case .kerasArchive: "such a file holds a model; samples are read from HDF5 files"
    case .numpyArchive, .numpyArray: "such a file holds samples or single weights, and no model"
    case .pytorchArchive, .pickle:
      "such a file runs code when it is read; write its arrays with h5py instead"
    case .netCDF3: "convert it with nccopy -k netCDF-4"
    case .hdf4: "convert it with h4toh5"
    case .matlab5: "save it in MATLAB with save -v7.3"
    case .gzip: "unpack it with gunzip first"
    case .gitPointer: "fetch the file itself with git lfs pull"
    case .zipArchive: "unpack it and name the HDF5 file inside"
    case .safetensors: "such a file holds a model; name it as the model, with its activations"
    case .tensorFlowLite, .onnx, .frozenGraph:
      "write the layers with h5py in the framework they come from, in the layout of the manual"
    // Keras 3 loads no such folder. What Keras 3 exports, Keras 2 finds no model in; its variables are
    // those of the model, in order.
    case .savedModel:
      """
      load it by Keras 2, tf_keras.models.load_model, and save it with model.save('model.keras'); what \
      Keras 3 exported: build the model by its program, give it \
      model.set_weights([v.numpy() for v in tf.saved_model.load(folder).variables]), and save it so
      """
    case .tensorFlowIndex:
      """
      build the model by its program with tf_keras, load the weights with model.load_weights, and save \
      it with model.save('model.keras')
      """
    case .parquet, .arrow, .table:
      "read it in Python, and save the inputs and the column of the targets, here y: "
        + "numpy.savez('data.npz', x=table.drop(columns='y').to_numpy(), y=table['y'].to_numpy())"
    case .json: "name the HDF5 file that holds the weights"
    }
  }
}
