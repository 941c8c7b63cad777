"""ring3: assemble, link, pack and boot a small x86-64 kernel with three doors."""
