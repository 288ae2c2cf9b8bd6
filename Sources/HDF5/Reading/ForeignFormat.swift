/// A format that people hand over in place of HDF5, told by its first bytes.
public enum ForeignFormat: Equatable, Sendable {
  case kerasArchive, numpyArchive, numpyArray, pytorchArchive, zipArchive
  case pickle, netCDF3, hdf4, matlab5, gzip, safetensors, tensorFlowLite, gitPointer, json

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
    } else {
      return nil
    }
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
    }
  }

  /// Advice on how to get an HDF5 file instead.
  var advice: String {
    switch self {
    case .kerasArchive: "such a file holds a model; samples are read from HDF5 files"
    case .numpyArchive, .numpyArray: "write the arrays with h5py: file.create_dataset('x', data=x)"
    case .pytorchArchive, .pickle:
      "such a file runs code when it is read; write its arrays with h5py instead"
    case .netCDF3: "convert it with nccopy -k netCDF-4"
    case .hdf4: "convert it with h4toh5"
    case .matlab5: "save it in MATLAB with save -v7.3"
    case .gzip: "unpack it with gunzip first"
    case .gitPointer: "fetch the file itself with git lfs pull"
    case .zipArchive: "unpack it and name the HDF5 file inside"
    case .safetensors, .tensorFlowLite: "write the layers with h5py in the layout of the manual"
    case .json: "name the HDF5 file that holds the weights"
    }
  }
}
