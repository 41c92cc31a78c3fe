import { Component, type ReactNode } from 'react';
import { Button } from './button.tsx';
import { EmptyState } from './emptyState.tsx';

/** A bug while drawing leaves a page that says so and draws anew, not an empty one. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { message: string | null }> {
  override state: { message: string | null } = { message: null };

  static getDerivedStateFromError(error: unknown): { message: string } {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    if (this.state.message === null) return this.props.children;
    return (
      <EmptyState icon="bug" text={`This panel could not be drawn: ${this.state.message}`}>
        <Button onClick={() => this.setState({ message: null })}>Draw again</Button>
      </EmptyState>
    );
  }
}
